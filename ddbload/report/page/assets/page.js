// What a page does: draws its charts from their options, shows definitions, hands out the numbers. No network.
(() => {
  "use strict";
  const $ = (selector, within = document) => [...within.querySelectorAll(selector)];

  // --- numbers as people read them: as report/quantity.py writes them ---------------------------------------------
  const NONE = "\u2013";
  const grouped = (value, places) => {
    const [whole, part] = value.toFixed(places).split(".");
    const set = whole.replace(/\d(?=(?:\d{3})+$)/g, "$&,");
    return part === undefined ? set : `${set}.${part}`;
  };
  const significant = (value, digits = 3) => {
    if (!value) return "0";
    const exponent = Math.floor(Math.log10(Math.abs(Number(value.toExponential(digits - 1)))));
    return grouped(value, Math.max(0, digits - 1 - exponent));
  };
  const count = (value) => {
    if (value < 999999.5) return grouped(value, 0);
    const [factor, unit] = value < 999.5e6 ? [1e6, "M"] : value < 999.5e9 ? [1e9, "G"] : [1e12, "T"];
    return `${significant(value / factor)} ${unit}`;
  };
  const rate = (value) => (value >= 99.95 ? count(value) : significant(value));
  const duration = (ms) => (ms < 0.9995 ? `${significant(ms * 1e3)}µs` : ms < 999.5 ? `${significant(ms)}ms` : `${significant(ms / 1e3)}s`);
  const units = (value) => (value >= 99.95 ? count(value) : value.toFixed(1).replace(/\.0$/, ""));
  const share = (fraction) => {
    const percent = 100 * fraction;
    if (percent > 0 && percent < 0.001) return "<0.001%";
    if (percent >= 99.95 && percent < 100) return `${(Math.floor(percent * 1000) / 1000).toFixed(3)}%`;
    return `${percent < 99.95 ? significant(percent) : Number(percent.toPrecision(4))}%`;
  };
  const dollars = (value) => (value >= 1e6 ? `$${grouped(value, 0)}` : value >= 9.995 ? `$${grouped(value, 2)}` : `$${significant(value)}`);
  const span = (seconds) => {
    if (seconds < 9.95 && seconds !== Math.round(seconds)) return `${seconds.toFixed(1)}s`;
    const whole = Math.round(seconds);
    if (whole < 60) return `${whole}s`;
    const two = (number) => String(number).padStart(2, "0");
    return whole < 3600 ? `${Math.floor(whole / 60)}m${two(whole % 60)}s` : `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
  };
  const spare = (text) => text.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, ""); // a label of an axis needs no zeros
  const change = (fraction) => `${fraction > 0 ? "+" : fraction < 0 ? "\u2212" : ""}${spare(significant(Math.abs(100 * fraction)))}%`;
  const points = (difference) => `${difference > 0 ? "+" : difference < 0 ? "\u2212" : ""}${spare(significant(Math.abs(100 * difference)))} pp`;
  // a percentile's place is its number of nines: 0 is p0, 1 is p90, 2 is p99
  const percentile = (nines) => Number((100 - 100 * 10 ** -nines).toFixed(Math.max(0, Math.ceil(nines) - 1)));
  const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const orNone = (format) => (value) => (value === null || value === undefined || value === "-" || Number.isNaN(value) ? NONE : format(Number(value)));
  const dot = (color) => `<span style="display:inline-block;width:.6em;height:.6em;border-radius:50%;margin-right:.5em;background:${escaped(color)}"></span>`;

  const FORMATS = {
    ...Object.fromEntries(Object.entries({ count, rate, duration, units, share, dollars, span, change, points, significant }).map(([name, format]) => [name, orNone(format)])),
    percentile: (nines) => `p${percentile(Number(nines))}`,
    nines: (nines) => (Number.isInteger(Number(nines)) ? `p${percentile(Number(nines))}` : ""),
    "axis-significant": (value) => spare(significant(value)),
    "axis-duration": (value) => spare(duration(value)),
    "axis-share": (value) => spare(share(value)),
    "axis-rate": (value) => spare(rate(value)),
    "axis-dollars": (value) => spare(dollars(value)),
    clock: (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(Math.floor(minute % 60)).padStart(2, "0")}`,
    "label-clock": (given) => FORMATS.clock(Number(given.value)),
    "label-plain": (given) => escaped(given.value),
    "label-span": (given) => span(Number(given.value)),
    "label-percentile": (given) => `p${percentile(Number(given.value))}`,
    "label-duration": (given) => duration(Number(given.value)),
    "tip-heat": (given) => {
      const [x, y, part, calls] = given.value;
      const { times, bands } = given.seriesName ? heats.get(given.seriesName) : {};
      return `${escaped(times[x])}<br>${escaped(bands[y])}<br><b>${share(part)}</b> of the calls (${count(calls)})`;
    },
    // an interval with its ends and a mark: [place, low, estimate, high, mark]; what is beyond the chart ends in an arrow
    interval: (params, api) => {
      const place = api.value(0), area = params.coordSys, ink = api.visual("color");
      const left = area.x, right = area.x + area.width, [, y] = api.coord([api.value(2), place]);
      const at = (dim, edge) => (Number.isNaN(api.value(dim)) ? edge : api.coord([api.value(dim), place])[0]);
      const [low, middle, high] = [at(1, left - 1), at(2, NaN), at(3, right + 1)];
      const style = { stroke: ink, fill: ink, lineWidth: 2 };
      const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
      const shape = (points) => ({ type: "polygon", shape: { points }, style });
      const end = (x) => (x < left ? shape([[left, y], [left + 7, y - 5], [left + 7, y + 5]]) : x > right ? shape([[right, y], [right - 7, y - 5], [right - 7, y + 5]]) : line(x, y - 5, x, y + 5));
      const marks = [
        (x) => ({ type: "circle", shape: { cx: x, cy: y, r: 5 }, style }),
        (x) => shape([[x, y - 6], [x + 6, y + 5], [x - 6, y + 5]]),
        (x) => shape([[x - 4.5, y - 4.5], [x + 4.5, y - 4.5], [x + 4.5, y + 4.5], [x - 4.5, y + 4.5]]),
        (x) => shape([[x, y - 7], [x + 7, y], [x, y + 7], [x - 7, y]]),
      ];
      const mark = Number.isNaN(api.value(4)) ? marks[0] : marks[api.value(4)];
      const from = Math.min(Math.max(low, left), right), to = Math.max(Math.min(high, right), left);
      const around = { type: "rect", shape: { x: from - 8, y: y - 14, width: to - from + 16, height: 28 }, style: { fill: "transparent" } }; // easy to hit
      const children = [around, line(from, y, to, y), end(low), end(high)];
      if (mark && middle >= left && middle <= right) children.push(mark(middle));
      return { type: "group", children };
    },
  };
  const heats = new Map();

  // --- charts ------------------------------------------------------------------------------------------------------
  const paper = { on: false };
  const turn = (on) => { paper.on = on; document.documentElement.toggleAttribute("data-paper", on); redraw(); };
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const resolved = (value) => {
    if (Array.isArray(value)) return value.map(resolved);
    if (value === null || typeof value !== "object") return value;
    if ("$color" in value) return color(value.$color);
    if ("$format" in value) return FORMATS[value.$format];
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each)]));
  };
  const base = () => ({
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: color("text") },
  });
  const charts = [];

  const sample = (series) => {
    const style = series.lineStyle || {}, ink = style.color || (series.itemStyle || {}).color || color("text");
    const dash = { dashed: "6 3", dotted: "2 3" }[style.type] || (Array.isArray(style.type) ? style.type.join(" ") : "");
    const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    made.setAttribute("width", "22"), made.setAttribute("height", "10"), made.setAttribute("aria-hidden", "true");
    const add = (name, attributes) => {
      const part = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
      made.append(part);
    };
    if (series.type === "line") {
      add("line", { x1: 0, x2: 22, y1: 5, y2: 5, stroke: ink, "stroke-width": (style.width || 2) + 0.5, "stroke-opacity": style.opacity || 1, "stroke-dasharray": dash });
      if (series.showSymbol === false) return made;
      if (series.symbol === "rect") add("rect", { x: 8, y: 2, width: 6, height: 6, fill: ink });
      if (series.symbol === "circle") add("circle", { cx: 11, cy: 5, r: 3, fill: ink });
      if (series.symbol === "triangle") add("path", { d: "M11 1 15 9H7z", fill: ink });
      if (series.symbol === "diamond") add("path", { d: "M11 0 15 5 11 10 7 5z", fill: ink });
    } else if (series.symbol === "triangle") add("path", { d: "M11 0 16 9H6z", fill: ink });
    else if (series.symbol === "diamond") add("path", { d: "M11 0 16 5 11 10 6 5z", fill: ink });
    else if (series.symbol === "circle") add("circle", { cx: 11, cy: 5, r: 4.5, fill: ink });
    else add("rect", { x: 5.5, y: 0.5, width: 11, height: 9, rx: 2, fill: ink, stroke: (series.itemStyle || {}).borderColor || ink });
    return made;
  };
  const shades = (holder, pieces) => {
    holder.replaceChildren(...pieces.map((piece) => {
      const key = document.createElement("span");
      key.append(sample({ itemStyle: { color: piece.color } }), document.createTextNode(piece.label));
      return key;
    }));
    holder.setAttribute("aria-label", "Shades");
    holder.hidden = false;
  };
  const legend = (holder, option, chart) => {
    if (option.visualMap) return shades(holder, option.visualMap.pieces);
    const named = option.series.filter((series) => series.name && !series.silent);
    if (!option.legend || named.length < 2) return;
    const hidden = new Set($('button[aria-pressed="false"]', holder).map((button) => button.textContent));
    holder.replaceChildren(...named.map((series) => {
      const button = document.createElement("button");
      button.type = "button";
      const name = document.createElement("bdi");
      name.textContent = series.name;
      button.append(sample(series), name);
      button.setAttribute("aria-pressed", String(!hidden.has(series.name)));
      button.addEventListener("click", () => {
        const shown = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(shown));
        chart.dispatchAction({ type: shown ? "legendSelect" : "legendUnSelect", name: series.name });
      });
      return button;
    }));
    holder.hidden = false;
  };

  const open = (figure) => {
    const option = JSON.parse(figure.querySelector("script.option").textContent);
    if (option.heat) heats.set(option.series[0].name, option.heat);
    const canvas = figure.querySelector(".canvas");
    const made = { figure, canvas, option, chart: null, width: 0 };
    made.draw = () => {
      const width = paper.on ? 660 : canvas.clientWidth;
      if (!width) return;
      if (!made.chart) made.chart = echarts.init(canvas, null, { renderer: "svg", width, height: canvas.clientHeight || 300 });
      const { heat, ...given } = made.option;
      const whole = { ...base(), ...resolved(given) };
      const selected = Object.fromEntries($(".legend button", figure).map((each) => [each.textContent, each.getAttribute("aria-pressed") === "true"]));
      if (whole.legend) whole.legend = { ...whole.legend, selected };
      if (made.width !== width) made.chart.resize({ width });
      made.width = width;
      const across = whole.xAxis;
      if (width < 480 && across && across.type === "value" && !across.interval && !across.minInterval) across.splitNumber = 3; // else every other label is left out
      made.chart.setOption(whole, { notMerge: true });
      legend(figure.querySelector(".legend"), whole, made.chart);
    };
    charts.push(made);
    new ResizeObserver(() => { if (!paper.on && canvas.clientWidth !== made.width) made.draw(); }).observe(canvas);
    made.draw();
  };
  if (typeof echarts !== "undefined") for (const figure of $("figure.chart")) open(figure);
  const redraw = () => charts.forEach((each) => each.draw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  matchMedia("print").addEventListener("change", (event) => turn(event.matches));
  addEventListener("beforeprint", () => {
    for (const each of $("details.more:not([open])")) { each.open = true; each.dataset.closed = "yes"; }
    turn(true);
  });
  addEventListener("afterprint", () => {
    for (const each of $("details.more[data-closed]")) { each.open = false; delete each.dataset.closed; }
    turn(false);
  });

  // --- definitions -------------------------------------------------------------------------------------------------
  const tip = document.getElementById("tip");
  let shown = null, leaving = 0;
  const hide = () => { tip.hidden = true; shown = null; };
  const hideSoon = () => { leaving = setTimeout(hide, 250); }; // so that the pointer can move onto the text
  const stay = () => clearTimeout(leaving);
  const show = (term) => {
    const text = document.getElementById(term.getAttribute("aria-describedby"));
    if (!text) return;
    stay();
    tip.textContent = text.textContent;
    tip.hidden = false;
    shown = term;
    const place = term.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const below = place.bottom + 8 + size.height < innerHeight;
    tip.style.left = `${Math.max(12, Math.min(place.left, document.documentElement.clientWidth - size.width - 12))}px`;
    tip.style.top = `${below ? place.bottom + 8 : Math.max(8, place.top - size.height - 8)}px`;
  };
  for (const term of $(".term")) {
    term.addEventListener("mouseenter", () => show(term));
    term.addEventListener("focus", () => show(term));
    term.addEventListener("blur", hide);
    term.addEventListener("mouseleave", () => { if (document.activeElement !== term) hideSoon(); });
    term.addEventListener("click", (event) => { event.preventDefault(); show(term); });
  }
  tip.addEventListener("mouseenter", stay);
  tip.addEventListener("mouseleave", hideSoon);
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", () => { if (shown) hide(); }, { passive: true, capture: true });

  // --- numbers to take away ----------------------------------------------------------------------------------------
  const field = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  for (const button of $(".csv")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const lines = $("tr", button.parentElement).map((row) => [...row.cells].map((cell) => field(cell.textContent)).join(","));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
      link.download = button.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  // for whoever looks from outside: the charts as they are drawn, and how numbers are written
  window.ddbload = { charts, formats: FORMATS };
})();
