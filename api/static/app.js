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
//   data-with, data-opens, data-submits, data-ticks, data-returns, data-print, data-closes   as below
// What the hands tell: `hearback.say(words)` speaks in the live region; aria-disabled="true" with aria-describedby is a
// control that may not act now, and the hands hold its click and say why.
const hearback = (() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const told = () => document.body.dataset;
  const isWide = () => matchMedia("(min-width: 60.01rem)").matches;
  const kept = (storage) => ({
    // storage may be closed to us (private windows); then nothing is kept and nothing breaks
    read: (key) => { try { return JSON.parse(storage().getItem(key)); } catch { return null; } },
    write: (key, value) => { try { storage().setItem(key, JSON.stringify(value)); } catch { /* nothing to keep it in */ } },
    drop: (key) => { try { storage().removeItem(key); } catch { /* nothing was kept */ } },
    keys: () => { try { return Object.keys(storage()); } catch { return []; } },
  });

  // ---- words for everybody: seen in the toast, heard from the live region

  function say(words) {
    if (!words) return;
    // a line of its own: what was done, and its way back, stay where they are
    const toast = find("#word");
    if (toast) toast.replaceWith(Object.assign(toast.cloneNode(), { textContent: words }));
    hear(words);
  }

  function hear(words) {
    const place = find("#heard");
    if (!place) return;
    place.textContent = "";
    setTimeout(() => { place.textContent = words; }, 60);
  }

  // what the last act left to say, without its way back
  const said = () => (find("#said > span") ?? find("#said"))?.textContent.replace(/\s+/g, " ").trim();

  const fill = (sentence, values) => (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // a moment as every clock time of the page is written
  function time(at = new Date()) {
    const { zone, digits } = told();
    const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    return new Intl.DateTimeFormat("en-GB", format).format(at).replace(/\d/g, (one) => digits?.[one] ?? one);
  }

  // ---- parts of a page, as they come

  const wakers = [];
  const wakes = (waker) => wakers.push(waker);
  const wake = (root) => { for (const waker of wakers) waker(root); };

  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) wake(event.detail.elt);
  });
  document.addEventListener("DOMContentLoaded", () => {
    wake(document);
    if (location.hash.length > 1) open(document.getElementById(location.hash.slice(1)));
    find(".sub [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (/mac|iphone|ipad/i.test(navigator.platform)) for (const key of all("kbd[data-command]")) key.textContent = "⌘";
    if (said()) hear(said());
  });

  // ---- small courtesies

  // the main act spells out all it does: "Acknowledge, hand to Care, next"
  function spellOut(form) {
    const select = find("select[name=department_id]", form);
    const main = find("[data-main][data-with] > span", form);
    if (!select?.value || !main) return;
    main.textContent = fill(main.parentElement.dataset.with, { department: select.selectedOptions[0].text.trim() });
  }

  wakes((root) => {
    for (const form of all("form[data-draft]", root)) spellOut(form);
    for (const box of all("[data-ticks]", root)) box.closest("[hidden]")?.removeAttribute("hidden");
    for (const button of all("[data-print]", root)) button.hidden = false;
  });

  document.addEventListener("change", ({ target }) => {
    const form = target.closest("form[data-draft]");
    if (form) spellOut(form);
    if (target.matches("select[data-submits]")) target.form.requestSubmit();
    if (target.matches("[data-ticks]")) for (const one of all(`input[name=${target.dataset.ticks}]`)) one.checked = target.checked;
  });

  document.addEventListener("click", (event) => {
    const { target } = event;
    for (const chip of openChips()) if (!chip.contains(target)) chip.open = false;
    for (const menu of all("details.me[open]")) if (!menu.contains(target)) menu.open = false;
    const opens = target.closest("[data-opens]");
    if (opens) open(document.getElementById(opens.dataset.opens));
    if (target.closest("[data-print]")) print();
    const closes = target.closest("[data-closes]")?.closest("dialog, [role=alert]");
    if (closes?.matches("dialog")) closes.close();
    else if (closes) closes.hidden = true;
  });

  // a control that may not act now keeps its focus and says why: the last of what describes it is the reason

  const describes = (control) => (control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  const describe = (control, ids) =>
    (ids.length ? control.setAttribute("aria-describedby", ids.join(" ")) : control.removeAttribute("aria-describedby"));
  const reasons = (control) => (control.dataset.waits ?? "").split(" ").filter(Boolean);

  // let controls wait for a reason (the id of what says it), or free them of it; what the server disabled stays so
  function wait(controls, reason) {
    for (const control of controls) {
      if (reasons(control).includes(reason) || (!control.dataset.waits && control.ariaDisabled === "true")) continue;
      control.dataset.waits = [...reasons(control), reason].join(" ");
      describe(control, [...describes(control), reason]);
      control.setAttribute("aria-disabled", "true");
    }
  }

  function free(reason) {
    for (const control of all("[data-waits]")) {
      const left = reasons(control).filter((one) => one !== reason);
      control.dataset.waits = left.join(" ");
      describe(control, describes(control).filter((one) => one !== reason));
      if (left.length) continue;
      delete control.dataset.waits;
      control.removeAttribute("aria-disabled");
    }
  }

  function hold(event, control) {
    event.preventDefault();
    event.stopImmediatePropagation();
    say(document.getElementById(describes(control).at(-1))?.textContent.replace(/\s+/g, " ").trim());
  }

  document.addEventListener("click", (event) => {
    const control = event.target.closest('[aria-disabled="true"]');
    if (control) hold(event, control);
  }, true);
  document.addEventListener("submit", (event) => {
    const control = event.submitter ?? find("button:not([type=button])", event.target);
    if (control?.getAttribute("aria-disabled") === "true") hold(event, control);
  }, true);

  // ---- acts and chips

  function open(place) {
    if (place?.tagName !== "DETAILS") return false;
    place.open = true;
    place.scrollIntoView({ block: "center" });
    (find("textarea, input:not([type=hidden]), select", place) ?? find("button", place))?.focus();
    return true;
  }

  const FIELDS = { acknowledge: "#words", hand_over: "#department" };

  // do a verb where the page offers it; false where it does not
  function act(verb) {
    const roots = [find("#pane"), find("main")].filter(Boolean);
    const places = roots.map((root) =>
      find(`[data-act~="${verb}"]`, root) ?? find(FIELDS[verb] ?? `#${verb}`, root) ?? find(`#${verb}`, root) ?? find(`a[href$="#${verb}"]`, root));
    const place = places.find(Boolean);
    if (!place) return false;
    if (place.matches("details")) return open(place);
    if (place.matches("textarea, select, input:not([type=submit])")) { place.scrollIntoView({ block: "nearest" }); place.focus(); return true; }
    place.click();
    return true;
  }

  const openChips = () => all("details.judged[open]");

  // what we heard, corrected: a chip opens its choices, one choice settles it
  function openChip(judged) {
    const chip = find(`details[data-judged=${judged}]`, find("#pane .heard") ?? document);
    if (!chip) return false;
    chip.open = true;
    chip.scrollIntoView({ block: "nearest" });
    find(".says button", chip)?.focus();
    return true;
  }

  function undo() {
    const last = find("#said [data-undo]")
      ?? all("[data-undo]").sort((one, other) => other.dataset.undo - one.dataset.undo)[0];
    if (last?.matches("form")) last.requestSubmit();
    else last?.click();
    return Boolean(last);
  }

  // ---- the card in hand

  const cards = () => all(".card");
  const inHand = () => find(".card[aria-current]");
  const issueInHand = () => inHand()?.id.replace("card-", "") ?? /^\/issues\/(\d+)/.exec(location.pathname)?.[1] ?? "";

  function choose(card) {
    const link = card && find("h3 a", card);
    if (!link) return;
    link.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
    if (isWide() && card !== inHand()) link.click();
  }

  function markInHand(id) {
    if (!id) return;
    for (const card of cards()) {
      if (card.id === `card-${id}`) card.setAttribute("aria-current", "true");
      else card.removeAttribute("aria-current");
    }
    const open = find("#shown input[name=open]");
    if (open) open.value = id;
  }

  // ---- after a swap, focus goes where the work goes on, and is never lost

  let returns = ""; // where focus goes back to once the chips have been drawn again
  let before = null; // what had focus inside a part that is about to go

  const openedIn = ({ detail }) =>
    new URL(detail.pathInfo.responsePath ?? detail.pathInfo.requestPath, location.href).searchParams.get("open");

  const nextUp = () => {
    const card = inHand();
    if (!card) return "";
    const left = find(".clock", card)?.textContent.trim();
    return fill(told().next, { left, author: find(".meta b", card)?.textContent.trim() ?? "" });
  };

  function focusOn(...places) {
    for (const place of places) {
      place?.focus?.({ preventScroll: true });
      if (place && document.activeElement === place) return place;
    }
    return null;
  }

  document.addEventListener("htmx:beforeRequest", ({ detail }) => { returns = detail.elt.dataset?.returns ?? returns; });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const { activeElement } = document;
    before = detail.target.contains(activeElement) && activeElement !== document.body ? { id: activeElement.id } : before;
  });

  // a whole page of trouble has no place in a part of one: its sentence is told above, what was there stays
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status < 400 || !/^\s*<!doctype/i.test(detail.xhr.responseText)) return;
    detail.shouldSwap = false;
    if (!detail.elt.matches("#here, #shown, textarea, input, dialog form")) trouble(detail.xhr.responseText);
  });

  function trouble(page) {
    const told = new DOMParser().parseFromString(page, "text/html");
    const place = find("#trouble");
    if (!place) return;
    find("p", place).textContent = find("main p", told)?.textContent.trim() ?? "";
    place.hidden = false;
  }

  document.addEventListener("htmx:afterSwap", (event) => {
    const { target, xhr } = event.detail;
    if (target.id === "pane") {
      find("#desk")?.setAttribute("data-open", "");
      markInHand(openedIn(event) ?? new URLSearchParams(location.search).get("open"));
      if (!isWide()) { scrollTo(0, 0); focusOn(find("#pane")); }
    }
    if (target.id === "desk" && xhr.status < 400) {
      const card = inHand();
      focusOn(card && find("h3 a", card), find("#desk .list"), find("main"));
      card?.scrollIntoView({ block: "nearest" });
      before = null;
    }
    if (target.id === "desk" && xhr.status >= 400) {
      focusOn(find("[data-conflict] [data-onward]"), find("#pane [aria-invalid]"), find("#words"));
      before = null;
    }
  });

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (returns) {
      focusOn(document.getElementById(returns), find("main"));
      returns = "";
    } else if (before && (document.activeElement === document.body || !document.activeElement)) {
      focusOn(before.id && document.getElementById(before.id), detail.target.isConnected && detail.target,
        inHand() && find("h3 a", inHand()), find("main"));
    }
    before = null;
    if (detail.target.id === "desk" && detail.xhr?.status < 400) {
      hear([said(), nextUp()].filter(Boolean).join(" "));
    }
  });

  return {
    find, all, told, kept, say, hear, fill, time, wakes, isWide,
    wait, free, act, open, openChip, openChips, undo, cards, inHand, issueInHand, choose, focusOn, nextUp,
  };
})();
