// Ctrl/⌘ K: the server says what fits, the arrows choose, Enter goes or does.
"use strict";

(({ find, all, act, say, told, issueInHand }) => {
  const box = find("#palette");
  if (!box) return;
  const words = find("#palette-q", box);
  const found = find("#found", box);
  let opener = null;

  const ways = () => all("a.way", found);
  const chosen = () => find('a.way[aria-selected="true"]', found);

  function show() {
    if (box.open) return box.close();
    opener = document.activeElement;
    find("input[name=issue]", box).value = issueInHand();
    words.value = "";
    words.dir = "";
    box.showModal();
    words.focus();
    words.form.dispatchEvent(new CustomEvent("opened"));
  }

  function choose(way) {
    for (const one of ways()) one.setAttribute("aria-selected", String(one === way));
    if (!way) return words.removeAttribute("aria-activedescendant");
    words.setAttribute("aria-activedescendant", way.id);
    // the name of its group stays in sight above the first of them
    (way.id.endsWith("-1") ? way.closest("section") : way).scrollIntoView({ block: "nearest" });
    way.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const list = ways();
    choose(list[(list.indexOf(chosen()) + by + list.length) % list.length]);
  }

  function go(way) {
    if (!way) return;
    box.close();
    if (way.dataset.does && act(way.dataset.does)) return;
    opener = null;
    location.assign(way.href);
  }

  // links become a list to choose from; without this they stay links
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== found) return;
    for (const section of all("section", found)) section.setAttribute("role", "group");
    for (const part of all("h2, ul, li", found)) part.setAttribute("role", "presentation");
    for (const way of ways()) { way.setAttribute("role", "option"); way.tabIndex = -1; }
    choose(ways()[0]);
  });

  // the words decide their direction, an empty field has that of the page
  words.addEventListener("input", () => { words.dir = words.value ? "auto" : ""; });
  words.form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    go(chosen());
  }, true);
  box.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? (event.ctrlKey && { KeyN: 1, KeyP: -1, KeyJ: 1 }[event.code]);
    if (by) { event.preventDefault(); step(by); }
  });
  found.addEventListener("click", (event) => {
    const way = event.target.closest("a.way");
    if (!way || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(way);
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("close", () => { if (opener?.isConnected && document.activeElement === document.body) opener.focus(); });

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.code !== "KeyK" || event.altKey || event.shiftKey) return;
    event.preventDefault();
    show();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette]")) return;
    event.preventDefault();
    show();
  });
})(hearback);
