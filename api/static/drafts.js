// What is written is kept: on the server at every pause of typing, on this device until the server has it.
"use strict";

(({ find, all, told, kept, wakes, say, fill }) => {
  const PAUSE = 700; // milliseconds
  const device = kept(() => localStorage);
  const prefix = () => `hearback:draft:${told().member}:`;
  const keyOf = (form) => prefix() + form.dataset.draft;
  const waiting = new Map(); // form -> timer
  let sending = null;

  const bodyOf = ({ words, seen }) => new URLSearchParams({ words, seen });
  const written = (form) => ({ words: find("textarea", form).value, seen: find("[name=seen]", form)?.value ?? "1" });

  async function keep(issue, draft, signal) {
    const answer = await fetch(`/issues/${issue}/draft`, {
      method: "POST", body: bodyOf(draft), headers: { "HX-Request": "true" }, keepalive: true, signal,
    });
    // where we were signed out, the device keeps it
    if (!answer.ok || answer.headers.has("HX-Redirect")) throw new Error(answer.statusText);
    return answer.text();
  }

  const show = (form, html) => {
    const place = find("[data-kept]", form);
    if (place) place.innerHTML = html;
  };

  async function save(form) {
    waiting.delete(form);
    const draft = written(form);
    sending = new AbortController();
    try {
      show(form, await keep(form.dataset.draft, draft, sending.signal));
      if (device.read(keyOf(form))?.words === draft.words) device.drop(keyOf(form));
    } catch (error) {
      if (error.name === "AbortError") return;
      show(form, document.createTextNode(told().onDevice).data);
      if (error instanceof TypeError) hearback.lost();
    }
  }

  document.addEventListener("input", ({ target }) => {
    const form = target.closest("form[data-draft]");
    if (!form || !target.matches("textarea")) return;
    device.write(keyOf(form), written(form));
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(save, PAUSE, form));
  });

  // sent is sent: nothing may come after it and be kept again
  document.addEventListener("submit", ({ target: form }) => {
    if (!form.matches("form[data-draft]")) return;
    clearTimeout(waiting.get(form));
    waiting.delete(form);
    sending?.abort();
  });

  document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    if (detail.elt.matches?.("form[data-draft]") && detail.xhr.status < 400) device.drop(keyOf(detail.elt));
  });

  // words that never reached the server come back into their form, and go on their way
  wakes((root) => {
    for (const form of all("form[data-draft]", root)) {
      const draft = device.read(keyOf(form));
      const words = find("textarea", form);
      if (!words || !draft?.words || draft.words === words.value) continue;
      words.value = draft.words;
      waiting.set(form, setTimeout(save, PAUSE, form));
    }
  });

  document.addEventListener("hearback:back", async () => {
    let sent = 0;
    for (const key of device.keys().filter((one) => one.startsWith(prefix()))) {
      const draft = device.read(key);
      if (!draft) continue;
      try {
        const html = await keep(key.slice(prefix().length), draft);
        device.drop(key);
        sent += 1;
        for (const form of all("form[data-draft]")) if (keyOf(form) === key) show(form, html);
      } catch { /* it stays on the device */ }
    }
    if (sent) say(told().sent);
  });

  addEventListener("pagehide", () => {
    for (const [form, timer] of waiting) {
      clearTimeout(timer);
      navigator.sendBeacon(`/issues/${form.dataset.draft}/draft`, bodyOf(written(form)));
    }
  });
})(hearback);
