// Who else is at the issue: we say that we are, every few seconds while the page is in sight.
"use strict";

(({ find, all }) => {
  const WRITES = 90_000; // milliseconds after the last letter for which somebody still writes
  const ANSWERS = '[name="verb"][value="acknowledge"], [name="verb"][value="acknowledge_hand_over"]';
  const here = () => find("#here");
  let typed = 0;
  let shown = "";
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
    if (began && typed) here()?.dispatchEvent(new CustomEvent("beat"));
  });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id === "here" && !detail.parameters.take) detail.parameters.doing = doing();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "here") return;
    if (document.hidden || "offline" in document.documentElement.dataset) return event.preventDefault();
    at = event.detail.elt.dataset.issue;
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const place = here();
    if (detail.target === place) {
      // what is the same is not said again, and keeps its focus
      if (detail.xhr.status >= 400 || detail.xhr.responseText === shown) detail.shouldSwap = false;
      shown = detail.xhr.responseText;
    }
  });

  // whoever holds the answer holds it: our buttons say so
  function holdBack() {
    const held = find("#here [data-held]");
    for (const button of all(ANSWERS)) {
      if (held) { button.setAttribute("aria-disabled", "true"); button.setAttribute("aria-describedby", "held-why"); }
      else if (button.getAttribute("aria-describedby") === "held-why") { button.removeAttribute("aria-disabled"); button.removeAttribute("aria-describedby"); }
    }
  }

  document.addEventListener("htmx:afterSettle", () => {
    const place = here();
    if (at && place?.dataset.issue !== at) { leave(); shown = ""; }
    holdBack();
  });
  hearback.wakes(holdBack);

  document.addEventListener("visibilitychange", () => { if (!document.hidden) here()?.dispatchEvent(new CustomEvent("beat")); });
  addEventListener("pagehide", leave);
})(hearback);
