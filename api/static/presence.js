// Who else is at the issue: we say that we are, every few seconds while the page is in sight.
"use strict";

(({ find, all, hear, wait, free }) => {
  const WRITES = 30_000; // milliseconds after the last letter for which somebody still writes; the server believes it for two minutes
  const ANSWERS = ["acknowledge", "acknowledge_hand_over"].map((verb) => `main [name="verb"][value="${verb}"]`).join(", ");
  const here = () => find("#here");
  let typed = 0;
  const shown = new WeakMap(); // the place -> what it shows
  let sending = false;
  let at = ""; // the issue we said we are at

  const doing = () => (Date.now() - typed < WRITES ? "writing" : "reading");

  function leave() {
    if (at) navigator.sendBeacon(`/issues/${at}/presence`, new URLSearchParams({ gone: "true" }));
    at = "";
    typed = 0;
  }

  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-draft]");
    if (!form || !target.matches("textarea")) return;
    const began = doing() === "reading";
    typed = target.value.trim() ? Date.now() : 0;
    if (!began && !typed) leave(); // nothing is left of it, so nothing is held
    if (began === Boolean(typed)) here()?.dispatchEvent(new CustomEvent("beat"));
  });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id !== "here") return;
    if (at && at !== detail.elt.dataset.issue) leave();
    const takes = detail.triggeringEvent?.submitter?.name === "take";
    if (takes) { detail.parameters.take = "1"; typed = Date.now(); }
    detail.parameters.doing = doing();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = event.detail;
    // while an answer is on its way there is nothing to say of it
    if (elt.matches?.("form[data-draft]")) sending = true;
    if (elt.id !== "here") return;
    if (sending || document.hidden || "offline" in document.documentElement.dataset) return event.preventDefault();
    at = elt.dataset.issue;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.elt.matches?.("form[data-draft]")) sending = false; });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.elt.id !== "here") return;
    const words = detail.xhr.responseText;
    // what is the same is not said again, and keeps its focus
    if (detail.xhr.status >= 400 || words === shown.get(detail.elt)) { detail.shouldSwap = false; return; }
    shown.set(detail.elt, words);
    find("[data-held]")?.remove();
  });

  // whoever holds the answer holds it: our buttons say so, and why stands where one would write
  function holdBack() {
    const held = find("[data-held]");
    if (!held) return free("held-why");
    if (here()?.contains(held)) find("#pane form[data-draft] textarea")?.closest(".field")?.before(held);
    wait(all(ANSWERS), "held-why");
  }

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (detail.target !== here()) return;
    holdBack();
    const why = find("#held-why");
    if (why) hear(why.textContent.replace(/\s+/g, " ").trim());
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (at && here()?.dataset.issue !== at) leave();
  });
  hearback.wakes(() => { if (here()) holdBack(); });

  document.addEventListener("visibilitychange", () => { if (!document.hidden) here()?.dispatchEvent(new CustomEvent("beat")); });
  addEventListener("pagehide", leave);
})(hearback);
