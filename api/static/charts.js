// Draws the lines of a table; the table stays, and is all there is without this file.
//
// <div data-plot="TABLE_ID" data-language data-zone [data-percent] [data-marks='[{"at", "until", "label", "kind"}]']>
// beside <table id="TABLE_ID"> whose rows carry data-at (unix seconds), data-total, data-low and data-high. An empty
// number leaves a gap. A mark is a moment, or a span where it has "until"; kind is "began", "told" or "event".
(() => {
  "use strict";

  const RIGHT_TO_LEFT = document.documentElement.dir === "rtl";
  const TALL = 250, LABEL_ROWS = 4, LABEL_ROW = 17;

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

  function speech({ language, zone, percent }) {
    const locale = document.documentElement.dataset.locale ?? language;
    const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    const day = format({ weekday: "short" });
    const hour = format({ hour: "2-digit", minute: "2-digit", hour12: false });
    const number = new Intl.NumberFormat(locale, percent === undefined ? {} : { style: "percent" });
    return {
      // within a day the day goes without saying
      moments: (all) => all.map((at) => (all.at(-1) - all[0] < 86_400 ? "" : `${day.format(at * 1000)} `) + hour.format(at * 1000)),
      number: (value) => number.format(value),
    };
  }

  const numbers = (rows, name) => rows.map((row) => (row.dataset[name] ? +row.dataset[name] : null));

  // what left the band is drawn over the line, joined to its neighbours
  function outside({ total, low, high }) {
    const isOut = total.map((value, i) => value !== null && high[i] !== null && (value > high[i] || value < low[i]));
    const distance = (i) => Math.max(total[i] - high[i], low[i] - total[i]);
    const farthest = isOut.reduce((best, out, i) => (out && (best < 0 || distance(i) > distance(best)) ? i : best), -1);
    return { farthest, line: total.map((value, i) => (isOut[i - 1] || isOut[i] || isOut[i + 1] ? value : null)) };
  }

  // dashed verticals and soft spans, labelled towards the past, at different heights where labels would meet
  function drawMarks(chart, marks, ink) {
    const { ctx, bbox } = chart, pixel = uPlot.pxRatio;
    const taken = Array.from({ length: LABEL_ROWS }, () => []);
    const past = RIGHT_TO_LEFT ? 1 : -1;
    for (const mark of marks) {
      const x = chart.valToPos(mark.at, "x", true);
      const end = chart.valToPos(Math.min(mark.until ?? mark.at, chart.scales.x.max), "x", true);
      const right = bbox.left + bbox.width;
      if (Math.max(x, end) < bbox.left || Math.min(x, end) > right) continue;
      if (mark.until) {
        const from = Math.max(Math.min(x, end), bbox.left);
        ctx.fillStyle = faded(ink.soft, 0.08);
        ctx.fillRect(from, bbox.top, Math.min(Math.max(x, end), right) - from, bbox.height);
      }
      const seen = Math.min(Math.max(x, bbox.left), right);
      const width = ctx.measureText(mark.label).width, gap = 6 * pixel;
      const fits = (side) => (side < 0 ? seen - gap - width >= 0 : seen + gap + width <= ctx.canvas.width);
      const side = fits(past) ? past : -past;
      const [from, to] = side < 0 ? [seen - gap - width, seen] : [seen, seen + gap + width];
      const row = taken.findIndex((spans) => spans.every(([left, until]) => to < left || from > until));
      const top = bbox.top - (LABEL_ROW * (row < 0 ? 0 : row + 0.5)) * pixel;
      ctx.strokeStyle = mark.kind === "event" ? ink.soft : ink.strong;
      ctx.setLineDash(mark.kind === "told" ? [pixel, 3 * pixel] : [4 * pixel, 3 * pixel]);
      ctx.beginPath();
      ctx.moveTo(seen, top - 6 * pixel);
      ctx.lineTo(seen, bbox.top + bbox.height);
      ctx.stroke();
      if (row < 0) continue;
      taken[row].push([from, to]);
      ctx.fillStyle = ctx.strokeStyle;
      ctx.textAlign = side < 0 ? "right" : "left";
      ctx.fillText(mark.label, seen + side * gap, top);
    }
  }

  function drawFarthest(chart, index, text, ink) {
    const { ctx } = chart, pixel = uPlot.pxRatio;
    const x = chart.valToPos(chart.data[0][index], "x", true), y = chart.valToPos(chart.data[3][index], "y", true);
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.arc(x, y, 4 * pixel, 0, 2 * Math.PI);
    ctx.fillStyle = ink.ground;
    ctx.fill();
    ctx.strokeStyle = ink.hot;
    ctx.lineWidth = 2 * pixel;
    ctx.stroke();
    ctx.fillStyle = ink.full;
    ctx.font = `600 ${ctx.font}`;
    ctx.textAlign = "center";
    ctx.fillText(text, x, y - 14 * pixel);
  }

  // the row of the table under the pointer, in the table's own words
  function sayRow(chart, rows, readout) {
    const row = rows[chart.cursor.idx ?? -1];
    readout.textContent = "";
    if (!row) return;
    const heads = [...row.closest("table").tHead.rows[0].cells];
    [...row.cells].forEach((cell, index) => {
      const said = document.createElement(index ? "span" : "b");
      said.textContent = index ? `${heads[index].textContent.trim()} ${cell.textContent.trim()}` : cell.textContent.trim();
      readout.append(said, " ");
    });
  }

  function draw(place) {
    const rows = [...document.querySelectorAll(`#${place.dataset.plot} tbody tr[data-at]`)];
    if (!rows.length || typeof uPlot === "undefined") return;
    const say = speech(place.dataset);
    const marks = JSON.parse(place.dataset.marks || "[]");
    const ink = { soft: colour("--ink-3"), strong: colour("--ink-2"), full: colour("--ink"), hot: colour("--broken"), ground: colour("--surface") };
    const line = colour("--line"), accent = colour("--accent");
    const [at, total, low, high] = ["at", "total", "low", "high"].map((name) => numbers(rows, name));
    const out = outside({ total, low, high });
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const head = 16 + LABEL_ROW * Math.min(marks.length, LABEL_ROWS), height = TALL + head;
    const room = place.clientWidth < 500 ? 16 : 40; // for the last label of the time
    const axis = { stroke: ink.soft, grid: { stroke: line, width: 1 }, ticks: { show: false }, font };
    const least = place.dataset.percent === undefined ? 5 : 0.1;
    const readout = document.createElement("p");
    readout.className = "readout";
    readout.ariaHidden = "true";
    const chart = new uPlot({
      width: place.clientWidth,
      height,
      padding: RIGHT_TO_LEFT ? [head, 8, 0, room] : [head, room, 0, 8],
      cursor: { y: false, points: { size: 7 } },
      legend: { show: false },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), place.dataset.zone),
      scales: { x: { time: true, dir: RIGHT_TO_LEFT ? -1 : 1 }, y: { range: (_, __, most) => [0, Math.max(most * 1.15, least)] } },
      axes: [
        { ...axis, grid: { show: false }, size: 28, space: 110, values: (_, splits) => say.moments(splits) },
        { ...axis, side: RIGHT_TO_LEFT ? 1 : 3, values: (_, splits) => splits.map(say.number) },
      ],
      series: [
        {},
        { stroke: "transparent", points: { show: false } },
        { stroke: "transparent", points: { show: false } },
        { stroke: accent, width: 2, points: { show: false } },
        { stroke: ink.hot, width: 2.5, points: { show: false } },
      ],
      bands: [{ series: [2, 1], fill: faded(ink.soft, 0.16) }],
      hooks: {
        setCursor: [(drawn) => sayRow(drawn, rows, readout)],
        draw: [(drawn) => {
          drawn.ctx.save();
          drawn.ctx.font = font.replace("12px", `${12 * uPlot.pxRatio}px`);
          drawn.ctx.direction = RIGHT_TO_LEFT ? "rtl" : "ltr";
          drawn.ctx.textBaseline = "middle";
          drawn.ctx.lineWidth = uPlot.pxRatio;
          drawMarks(drawn, marks, ink);
          if (out.farthest >= 0) drawFarthest(drawn, out.farthest, say.number(total[out.farthest]), ink);
          drawn.ctx.restore();
        }],
      },
    }, [at, low, high, total, out.line], place);
    place.append(readout);
    const watcher = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height }));
    watcher.observe(place);
    place.undraw = () => {
      watcher.disconnect();
      chart.destroy();
      readout.remove();
    };
  }

  function drawAll(root) {
    for (const place of root.querySelectorAll("[data-plot]")) {
      if (place.childElementCount) continue;
      place.classList.add("plot");
      draw(place);
      // with the drawing above it, the table may rest
      const table = place.parentElement.querySelector("details[data-folds]");
      if (table && place.childElementCount) table.open = false;
    }
  }

  function redrawAll() {
    for (const place of document.querySelectorAll("[data-plot]")) place.undraw?.();
    drawAll(document);
  }

  drawAll(document);
  document.addEventListener("htmx:load", (event) => drawAll(event.target));
  // a theme, or paper, has colours of its own
  for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", redrawAll);
})();
