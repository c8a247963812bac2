// No connection: the page says so, acts wait with their reason, and what is written stays on this device.
"use strict";

(({ find, all, told, say, fill, time, wait, free }) => {
  const AGAIN = 4_000; // milliseconds between two looks for the connection
  const ACTS = "main form[method=post] button:not([type=button]), main form[hx-post] button:not([type=button])";
  const root = document.documentElement;
  let probing = 0;

  const isOff = () => "offline" in root.dataset;

  function lost() {
    if (isOff()) return;
    root.dataset.offline = new Date().toISOString();
    const banner = find("#offline");
    if (banner) {
      banner.hidden = false;
      find("p", banner).textContent = fill(told().offline, { time: time() });
    }
    wait(all(ACTS), "offline");
    probing = setInterval(probe, AGAIN);
  }

  async function probe() {
    try {
      const answer = await fetch("/health", { cache: "no-store" });
      if (answer.ok) back();
    } catch { /* still away */ }
  }

  function back() {
    if (!isOff()) return;
    clearInterval(probing);
    delete root.dataset.offline;
    const banner = find("#offline");
    if (banner) banner.hidden = true;
    free("offline");
    say(fill(told().back, { time: time() }));
    document.dispatchEvent(new CustomEvent("hearback:back"));
  }

  document.addEventListener("htmx:sendError", lost);
  addEventListener("offline", lost);
  addEventListener("online", () => { if (isOff()) probe(); });
  if (!navigator.onLine) document.addEventListener("DOMContentLoaded", lost);

  // a page left now could not be come back to
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!isOff() || !link || link.getAttribute("href").startsWith("#") || link.target === "_blank") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say(find("#offline p")?.textContent);
  }, true);

  hearback.lost = lost;
  hearback.isOff = isOff;
})(hearback);
