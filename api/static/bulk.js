// Ticks: a range with shift, all at once, kept when the cards are drawn again, and keys for the bar below them.
// Every page works without this file.
(() => {
  "use strict";

  const find = (selector) => document.querySelector(selector);
  const boxes = () => [...document.querySelectorAll("[data-tick]")];
  const number = (box) => box.value.split(".")[0];
  // with something ticked, these keys mean all of it
  const VERBS = {
    KeyA: "acknowledge", KeyH: "hand_over", KeyM: "merge", KeyS: "snooze", KeyE: "kind",
  };
  let last = null;
  let kept = [];

  function rangeTo(box) {
    const list = boxes();
    const ends = [list.findIndex((one) => number(one) === last), list.indexOf(box)].sort((a, b) => a - b);
    if (ends[0] >= 0) for (const one of list.slice(ends[0], ends[1] + 1)) one.checked = box.checked;
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-tick]");
    if (box && event.shiftKey && last !== null) rangeTo(box);
    if (box) last = number(box);
    const drawer = find(".many details[open]");
    if (drawer && !drawer.contains(event.target)) drawer.open = false;
  });

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-everything]")) for (const box of boxes()) box.checked = target.checked;
    // one taken out of "all" is all no longer
    if (target.matches("[data-tick]") && !target.checked && find("[data-everything]")) find("[data-everything]").checked = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || find("dialog[open]")) return;
    if (event.target.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    if (!boxes().some((box) => box.checked)) return;
    const bar = find("#many");
    const leaves = event.key === "Escape" && !find("details[open]");
    const button = document.body.dataset.keys !== "off" && bar?.querySelector(`button[value=${VERBS[event.code]}]`);
    if (!leaves && !button) return;
    event.preventDefault();
    event.stopPropagation();
    if (leaves) bar.reset(); else button.click();
  }, true);

  document.addEventListener("htmx:beforeSwap", () => {
    kept = boxes().filter((box) => box.checked).map(number);
  });

  document.addEventListener("htmx:afterSwap", () => {
    for (const box of boxes()) if (kept.includes(number(box))) box.checked = true;
  });
})();
