// Keys, by the key's place, so that every layout works; never while somebody writes, but Esc and Ctrl/⌘ ↵.
"use strict";

(({ find, all, told, kept, say, act, openChip, openChips, undo, cards, inHand, issueInHand, choose, focusOn, isWide }) => {
  const PLACES = { KeyI: "/inbox", KeyP: "/promises", KeyL: "/mentions", KeyF: "/flowchart" };
  const GOING = 1500; // milliseconds between g and a place
  let going = 0;

  const writing = (element) =>
    element?.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  const single = () => told().keys !== "off";

  // ---- from card to card; on an issue, along the lane it was opened from

  const session = kept(() => sessionStorage);
  const WALK = "hearback:walk";

  const remember = () => {
    const ids = cards().map((card) => card.id.replace("card-", ""));
    if (ids.length) session.write(WALK, { ids, from: location.pathname + location.search });
  };
  hearback.wakes(() => { if (find("#desk")) remember(); });

  function step(by) {
    const list = cards();
    if (!list.length) return walk(by);
    const at = list.indexOf(document.activeElement?.closest(".card") ?? inHand());
    const card = list[Math.max(at + by, 0)];
    return card ? choose(card) : (focusOn(find(".list > p a, .list [rel=next]")), say(told().end));
  }

  function walk(by) {
    const ids = session.read(WALK)?.ids ?? [];
    const id = issueInHand();
    if (!id) return;
    const next = ids[ids.indexOf(id) + by];
    if (!ids.includes(id) || !next) say(told().end);
    else location.assign(`/issues/${next}`);
  }

  // ---- ticks: x one, shift x all from the last one

  let ticked = null;

  function tick(range) {
    const card = document.activeElement?.closest(".card") ?? inHand();
    const box = card && find("[data-tick]", card);
    if (!box) return say(told().idle);
    const boxes = all("[data-tick]");
    const from = range && ticked?.isConnected ? boxes.indexOf(ticked) : boxes.indexOf(box);
    const to = boxes.indexOf(box);
    const value = range ? true : !box.checked;
    for (const one of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (one.checked === value) continue;
      one.checked = value;
      one.dispatchEvent(new Event("change", { bubbles: true }));
    }
    ticked = box;
  }

  // ---- one step out, from the inside to the list

  function out(target) {
    const back = () => focusOn(inHand() && find("h3 a", inHand()), target.closest("details")?.querySelector("summary"), find("main"));
    if (writing(target)) { target.blur(); back(); return true; }
    const inside = openChips()[0] ?? find("details.me[open]") ?? target.closest("details[open]");
    if (inside) { inside.open = false; focusOn(find("summary", inside)); return true; }
    if (find("#desk[data-open]") && !isWide()) { find("#pane .only-small")?.click(); return true; }
    if (/^\/issues\/\d+$/.test(location.pathname)) {
      const from = session.read(WALK)?.from ?? "/inbox";
      const url = new URL(from, location.origin);
      url.searchParams.set("open", issueInHand());
      location.assign(url.pathname + url.search);
      return true;
    }
    return false;
  }

  const does = (...verbs) => () => verbs.some(act) || say(told().idle);
  const KEYS = {
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    KeyX: () => tick(false),
    KeyA: does("acknowledge"),
    KeyH: does("hand_over"),
    KeyR: does("resolve"),
    KeyB: does("bounce"),
    KeyP: does("private"),
    KeyS: does("snooze", "pause"),
    KeyM: does("merge"),
    KeyE: () => openChip("kind") || say(told().idle),
    KeyZ: () => undo() || say(told().idle),
    KeyG: () => { going = Date.now(); },
    Period: () => find("#news a")?.click(),
  };

  const line = (event) => /^(Digit|Numpad)[123]$/.test(event.code) && find(`[data-line="${event.code.at(-1)}"]`);

  function main(event) {
    const button = find("[data-main]", event.target.closest("form") ?? document) ?? find("#pane [data-main]") ?? find("[data-main]");
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  // Enter on the card in hand, which is open beside it already, opens the whole issue
  function whole(event) {
    const card = event.target.closest?.(".card[aria-current]");
    if (!card || !isWide() || !event.target.matches("h3 a") || find("#pane .card")) return false;
    location.assign(`/issues/${card.id.replace("card-", "")}`);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (event.isComposing) return;
    if (command && event.code === "Enter") return main(event);
    if (find("dialog[open]")) return;
    if (event.key === "Escape") { if (out(event.target)) event.preventDefault(); return; }
    if (command || event.altKey || writing(event.target)) return;
    if (event.key === "Enter" && !event.shiftKey && whole(event)) return event.preventDefault();
    if (!single()) return;
    const key = keyOf(event);
    if (!key) return;
    event.preventDefault();
    key();
  });

  function keyOf(event) {
    if (event.key === "?" || event.key === "؟") return () => find("#keys")?.showModal();
    if (event.key === "/" || (event.code === "Slash" && !event.shiftKey)) return () => find("#seek")?.focus();
    const place = Date.now() - going < GOING && PLACES[event.code];
    if (place) { going = 0; return () => location.assign(place); }
    if (event.code === "KeyX" && event.shiftKey) return () => tick(true);
    if (event.shiftKey) return null;
    const chosen = line(event);
    return chosen ? () => chosen.click() : KEYS[event.code];
  }

  // ---- the setting is kept with the member; the page need not be drawn again

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-single]")) document.body.dataset.keys = target.checked ? "on" : "off";
  });
})(hearback);
