// News of the lane: asked for with the mark of what is here already, while somebody looks. The page works without.
(() => {
  "use strict";

  const asks = (event) => event.detail.elt.id === "shown";
  let mark = "";

  document.addEventListener("htmx:configRequest", (event) => {
    if (asks(event) && mark) event.detail.headers["If-None-Match"] = mark;
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (asks(event) && document.hidden) event.preventDefault();
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!asks(event)) {
      if (event.detail.target?.id === "desk") mark = "";
      return;
    }
    // an answer to a list that was left in the meantime
    if (!event.detail.elt.isConnected || event.detail.xhr.status !== 200) event.detail.shouldSwap = false;
    else mark = event.detail.xhr.getResponseHeader("ETag") ?? "";
  });

  document.addEventListener("visibilitychange", () => {
    const form = document.getElementById("shown");
    if (!document.hidden && form) window.htmx?.trigger(form, "look");
  });

  // what is not chosen is no part of an address
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sift]")) return;
    for (const field of event.target.elements) if (!field.value) field.disabled = true;
  });
})();
