// The chart's sheet: larger and smaller, arrow keys along the branches, and the place you were at. All works without.
(() => {
  "use strict";

  const SIZES = [50, 75, 100, 125, 150, 200];
  const rtl = document.documentElement.dir === "rtl";
  const percent = new Intl.NumberFormat(document.documentElement.dataset.locale, { style: "percent" });
  const kept = {
    read: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
    write: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* nothing to keep it in */ } },
  };

  for (const sheet of document.querySelectorAll("[data-sheet]")) wake(sheet);

  function wake(sheet) {
    const box = sheet.querySelector(".chartbox");
    const buttons = sheet.querySelector(".zoom");
    buttons.hidden = false;
    size(sheet, Number(kept.read("chart-zoom")) || 100);
    buttons.addEventListener("click", (event) => {
      const by = event.target.closest("[data-zoom-by]")?.dataset.zoomBy;
      if (by !== undefined) zoom(sheet, Number(by));
    });
    box.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = { "+": 1, "=": 1, "-": -1, "−": -1, 0: 0 }[event.key];
      if (by !== undefined) { event.preventDefault(); return zoom(sheet, by); }
      const here = event.target.closest?.("a")?.querySelector("g");
      const there = here && event.key.startsWith("Arrow") ? neighbour(box, here, event.key) : null;
      if (!there) return;
      event.preventDefault();
      there.closest("a").focus({ preventScroll: true });
      show(box, there);
    });
    place(box);
  }

  function zoom(sheet, by) {
    const at = SIZES.indexOf(Number(sheet.dataset.zoom));
    const next = by === 0 ? 100 : SIZES[Math.min(Math.max(at + by, 0), SIZES.length - 1)];
    kept.write("chart-zoom", next);
    size(sheet, next);
  }

  function size(sheet, percentage) {
    sheet.dataset.zoom = percentage;
    sheet.querySelector("[data-zoom-says]").textContent = percent.format(percentage / 100);
  }

  // ---- along the branches: "yes" is forward, "no" is down, and back is where one came from

  const named = (box, attribute, name, more = "") => box.querySelector(`g[data-${attribute}="${CSS.escape(name)}"]${more}`);

  function neighbour(box, here, key) {
    const forward = key === (rtl ? "ArrowLeft" : "ArrowRight");
    const { step, yes, no, from, answer } = here.dataset;
    if (forward) return yes && leads(box, step, "yes", yes);
    if (key === "ArrowDown") return no && leads(box, step, "no", no);
    if (from) return named(box, "step", from, "[data-yes]");
    const [first, second] = key === "ArrowUp" ? ["no", "yes"] : ["yes", "no"];
    return named(box, first, step) ?? named(box, second, step) ?? (answer ? null : undefined);
  }

  const leads = (box, step, answer, target) =>
    box.querySelector(`g[data-from="${CSS.escape(step)}"][data-answer="${answer}"]`) ?? named(box, "step", target, "[data-yes]");

  // ---- where one was: the step that is open stands in sight

  function show(box, group) {
    const [outer, inner] = [box.getBoundingClientRect(), group.getBoundingClientRect()];
    const off = (low, high, least, most) => (low < least ? low - least : high > most ? high - most : 0);
    box.scrollBy({
      left: off(inner.left, inner.right, outer.left + 24, outer.right - 24),
      top: off(inner.top, inner.bottom, outer.top + 48, outer.bottom - 24),
      behavior: "instant",
    });
  }

  function place(box) {
    const key = `chart-at-${location.pathname}`;
    const at = kept.read(key)?.split(" ").map(Number);
    if (at) box.scrollTo({ left: at[0], top: at[1], behavior: "instant" });
    const here = box.querySelector("a[aria-current] g");
    if (here) show(box, here);
    else if (!at && rtl) box.scrollTo({ left: 0 });
    addEventListener("pagehide", () => kept.write(key, `${box.scrollLeft} ${box.scrollTop}`));
  }
})();
