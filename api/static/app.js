// The hands: keys, palette, presence, drafts, offline. Every page works without script.
//
// What a page says in its markup, so that the hands find it (inbox, issue page, anywhere):
//   [data-act="verb"]   where a verb is done, for its key and the palette: acknowledge a, hand_over h, resolve r,
//                       bounce b, private p, snooze or else pause s, merge m, note, dismiss, accept … A field is
//                       focused, a <details> opened at its first field, a link or button clicked. Looked for in
//                       #pane first, then in main; an id of that name (#resolve) counts as well.
//   [data-main]         the main act of its form: Ctrl/⌘ ↵ clicks it, also while writing
//   [data-undo="7"]     takes something back: z clicks the one in the toast, else the one with the largest number
//   [data-line="1"]     an empathy line: 1 2 3 click it; whoever fills the words then focuses them
//   [data-tick]         the checkbox of a card: x ticks it, shift x all from the last one; listen to `change`
//   form[data-draft=7]  a form whose textarea is the draft on issue 7: kept on the server at every pause of typing (and
//                       on the device while there is no connection); reads its hidden `seen`. Words stand in the
//                       textarea as the server kept them. An optional [data-kept] in it says when it was kept.
//   #here[data-issue=7] who is at issue 7: {% include "presence/here.html" %}
//   data-with, data-opens, data-submits, data-ticks, data-returns, data-print   as before
// What the hands tell: `hearback.say(words)` speaks in the live region; aria-disabled="true" with aria-describedby is a
// control that may not act now, and the hands hold its click and say why.
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const kept = {
    // storage may be closed to us (private windows); then nothing is kept and nothing breaks
    read: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    write: (key, value) => { try { localStorage.setItem(key, value); } catch { /* nothing to keep it in */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } },
  };

  // ---- the card in hand

  const cards = () => all(".card");
  const inHand = () => find(".card[aria-current]");

  function choose(card) {
    if (!card) return;
    const link = find("h3 a", card);
    link.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    if (matchMedia("(min-width: 60.01rem)").matches) link.click();
  }

  function step(by) {
    const list = cards();
    const at = list.indexOf(document.activeElement?.closest(".card") ?? inHand());
    choose(list[Math.min(Math.max(at + by, 0), list.length - 1)]);
  }

  function markInHand(id) {
    for (const card of cards()) card.toggleAttribute("aria-current", card.id === `card-${id}`);
    const open = find("#shown input[name=open]");
    if (open) open.value = id;
  }

  // ---- the composer

  const draftKey = (form) => `draft-${form.dataset.draft}`;

  function spellOut(form) {
    const select = find("select[name=department_id]", form);
    const main = find("[data-main][data-with] > span", form);
    if (!select || !main || !select.value) return;
    main.textContent = main.parentElement.dataset.with.replace("{department}", select.selectedOptions[0].text.trim());
  }

  function wake(root) {
    for (const form of all("form[data-draft]", root)) {
      spellOut(form);
      const words = find("textarea", form);
      if (!words) continue;
      const draft = kept.read(draftKey(form));
      if (draft && !words.value) words.value = draft;
      form.addEventListener("change", () => spellOut(form));
      words.addEventListener("input", () =>
        words.value ? kept.write(draftKey(form), words.value) : kept.drop(draftKey(form)));
      form.addEventListener("submit", () => { form.dataset.sent = "yes"; });
    }
    for (const link of all("[data-opens]", root)) {
      link.addEventListener("click", () => openAct(link.dataset.opens));
    }
    for (const select of all("select[data-submits]", root)) {
      select.addEventListener("change", () => select.form.requestSubmit());
    }
    tick(root);
  }

  function openAct(verb) {
    const act = document.getElementById(verb);
    if (act?.tagName !== "DETAILS") return false;
    act.open = true;
    act.scrollIntoView({ block: "center" });
    (find("textarea, input:not([type=hidden]), select", act) ?? find("button", act))?.focus();
    return true;
  }

  // ---- what we heard, corrected: a chip opens its choices, one choice settles it

  const openChip = (judged) => {
    const root = find("#pane .heard") ?? document;
    const chip = find(`details[data-judged=${judged}]`, root);
    if (!chip) return;
    chip.open = true;
    chip.scrollIntoView({ block: "nearest" });
    find(".says button", chip)?.focus();
  };

  const openChips = () => all("details.judged[open]");

  document.addEventListener("click", (event) => {
    for (const chip of openChips()) if (!chip.contains(event.target)) chip.open = false;
  });

  // where focus goes back to once the chips have been drawn again
  let returns = "";

  document.addEventListener("htmx:beforeRequest", (event) => {
    returns = event.detail.elt.dataset?.returns ?? "";
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!returns) return;
    (document.getElementById(returns) ?? find("main"))?.focus({ preventScroll: true });
    returns = "";
  });

  function tick(root) {
    for (const box of all("[data-ticks]", root)) {
      box.closest("[hidden]")?.removeAttribute("hidden");
      box.addEventListener("change", () => {
        for (const one of all(`input[name=${box.dataset.ticks}]`)) one.checked = box.checked;
      });
    }
  }

  // ---- after a swap, focus goes where the work goes on

  document.addEventListener("htmx:afterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "pane") {
      find("#desk")?.setAttribute("data-open", "");
      markInHand(new URLSearchParams(location.search).get("open") ?? openedIn(event));
      if (matchMedia("(max-width: 60rem)").matches) scrollTo(0, 0);
    }
    if (target.id === "desk" && event.detail.xhr.status < 400) {
      find(".card[aria-current] h3 a")?.focus({ preventScroll: true });
      find(".card[aria-current]")?.scrollIntoView({ block: "nearest" });
    }
  });

  const openedIn = (event) =>
    new URL(event.detail.pathInfo.responsePath ?? event.detail.pathInfo.requestPath, location.href)
      .searchParams.get("open");

  document.addEventListener("htmx:load", (event) => wake(event.detail.elt));

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const form = event.detail.elt;
    if (form.dataset?.sent && event.detail.xhr.status < 400) kept.drop(draftKey(form));
  });

  document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline));

  function say(words) {
    const place = find("#said");
    if (place && words) place.textContent = words;
  }

  // ---- keys: by the key's place, so that every layout works; never while somebody writes

  const PLACES = { KeyI: "/inbox", KeyP: "/promises", KeyL: "/mentions", KeyF: "/flowchart" };
  const ACTS = {
    KeyR: "resolve", KeyB: "bounce", KeyP: "private", KeyS: "pause", KeyM: "merge", KeyH: "hand_over", KeyA: "acknowledge",
  };
  let going = 0;

  const writing = (element) => element?.matches?.("input, textarea, select, [contenteditable]");

  const KEYS = {
    KeyJ: () => step(1),
    KeyK: () => step(-1),
    Slash: () => find("#seek")?.focus(),
    Period: () => find("#news a")?.click(),
    KeyA: () => (find("#words") ? find("#words").focus() : openAct("acknowledge")),
    KeyE: () => openChip("kind"),
    KeyZ: () => all("[data-undo]").sort((one, other) => other.dataset.undo - one.dataset.undo)[0]?.click(),
    KeyH: () => (find("#department") ? find("#department").focus() : openAct("hand_over")),
    KeyG: () => { going = Date.now(); },
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.code === "Enter") {
      const main = find("[data-main]", event.target.closest("form") ?? document) ?? find("[data-main]");
      if (main) { event.preventDefault(); main.click(); }
      return;
    }
    if (event.key === "Escape" && writing(event.target)) return event.target.blur();
    if (event.key === "Escape" && openChips().length) {
      const [chip] = openChips();
      chip.open = false;
      return find("summary", chip).focus();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target) || kept.read("keys") === "off") return;
    if (find("dialog[open]")) return;
    if (event.key === "?") { event.preventDefault(); find("#keys")?.showModal(); return; }
    if (Date.now() - going < 1500 && PLACES[event.code]) { location.assign(PLACES[event.code]); return; }
    const act = KEYS[event.code] ?? (ACTS[event.code] && (() => actOnIssue(ACTS[event.code])));
    if (!act || event.shiftKey) return;
    event.preventDefault();
    act();
  });

  function actOnIssue(verb) {
    if (!openAct(verb)) find(`#pane a[href$="#${verb}"]`)?.click();
  }

  // ---- once, at the start

  wake(document);
  if (location.hash.length > 1) openAct(location.hash.slice(1));
  find(".sub [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  const single = find("#single-keys");
  if (single) {
    single.checked = kept.read("keys") !== "off";
    single.addEventListener("change", () => kept.write("keys", single.checked ? "on" : "off"));
  }
  for (const menu of all("details.me")) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; find("summary", menu).focus(); } });
  }
})();
