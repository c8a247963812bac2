// Draws the lines of a table; the table stays, and is all there is without this file.
(() => {
  "use strict";

  const RIGHT_TO_LEFT = document.documentElement.dir === "rtl";

  // a colour of the theme as the browser computes it: canvases cannot read custom properties
  function colour(name) {
    const probe = document.createElement("i");
    probe.hidden = true;
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  const faded = (rgb, share) => rgb.replace(/^rgb\((.*)\)$/, `rgba($1, ${share})`);

  function when(language, zone) {
    const locale = language === "ar" ? "ar-u-nu-arab" : language === "en" ? "en-GB" : language;
    const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    const day = format({ weekday: "short" });
    const hour = format({ hour: "2-digit", minute: "2-digit", hour12: false });
    const number = new Intl.NumberFormat(locale);
    return {
      moment: (seconds) => `${day.format(seconds * 1000)} ${hour.format(seconds * 1000)}`,
      number: (value) => number.format(value),
    };
  }

  function draw(place) {
    const rows = [...document.querySelectorAll(`#${place.dataset.plot} tbody tr`)].map((row) => row.dataset);
    if (!rows.length || typeof uPlot === "undefined") return;
    const say = when(place.dataset.language, place.dataset.zone);
    const ink = colour("--ink-3"), line = colour("--line"), accent = colour("--accent"), hot = colour("--broken");
    const at = rows.map((row) => +row.at), total = rows.map((row) => +row.total);
    const low = rows.map((row) => +row.low), high = rows.map((row) => +row.high);
    // what left the band is drawn over the line, joined to its neighbours
    const out = total.map((value, index) =>
      [index - 1, index, index + 1].some((near) => total[near] > high[near] || total[near] < low[near]) ? value : null);
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, font: "12px sans-serif" };
    const chart = new uPlot({
      width: place.clientWidth,
      height: 260,
      padding: [16, 40, 0, 8],
      cursor: { y: false, points: { size: 7 } },
      legend: { show: false },
      scales: { x: { time: true, dir: RIGHT_TO_LEFT ? -1 : 1 }, y: { range: (_, __, most) => [0, Math.max(most * 1.1, 5)] } },
      axes: [
        { ...axis, grid: { show: false }, space: 130, values: (_, splits) => splits.map(say.moment) },
        { ...axis, side: RIGHT_TO_LEFT ? 1 : 3, values: (_, splits) => splits.map(say.number) },
      ],
      series: [
        {},
        { stroke: "transparent", points: { show: false } },
        { stroke: "transparent", points: { show: false } },
        { stroke: accent, width: 2, points: { show: false } },
        { stroke: hot, width: 2.5, points: { show: false } },
      ],
      bands: [{ series: [2, 1], fill: faded(ink, 0.16) }],
    }, [at, low, high, total, out], place);
    new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: 260 })).observe(place);
  }

  for (const place of document.querySelectorAll("[data-plot]")) {
    place.classList.add("plot");
    draw(place);
    // with the drawing above it, the table may rest
    const table = document.querySelector("details[data-folds]");
    if (table && place.childElementCount) table.open = false;
  }
})();
