// The report's interaction. Figures and tables are in the page already; this only changes them.
// `data` has of each figure what is drawn at each layer (u: below the points, m: the points, o: above them), and the numbers. A point is
// three numbers: x, y, and 32 times its row of the table and its kind, by its place in `data.marks`.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
let layer = data.shown;
root.classList.add("live");

const nearest = (object) => Object.keys(object).map(Number)
  .reduce((best, l) => best === null || Math.abs(l - layer) < Math.abs(best - layer) ? l : best, null);
const frameOf = (id) => { const f = data.figures[id]; return f.layers[nearest(f.layers)]; };
const svgOf = (id) => document.querySelector(`svg[data-fig="${id}"]`);
// A column of a figure's table at the layer. Columns of texts have the numbers of their texts, until they are first asked for.
const column = (id, c) => {
  const owner = data.figures[id].table ?? id, figure = data.figures[owner];
  const own = frameOf(owner).c[c], place = own === null ? figure.same : frameOf(owner).c;
  if (place[c].t) place[c] = place[c].t.map((k) => figure.texts[k]);
  return place[c];
};
const shown = (value, decimals) =>
  value === null ? "–" : typeof value === "number" ? value.toFixed(decimals).replace("-", "−") : value;

// ---- the figures at a layer

function drawMarks(id) {
  const svg = svgOf(id), group = svg.querySelector(".ms"), marks = frameOf(id).m, names = column(id, 0);
  const radius = data.figures[id].radius;
  while (group.childElementCount > marks.length / 3) group.lastChild.remove();
  for (let k = 0; k < marks.length; k += 3) {
    const circle = group.children[k / 3] ?? group.appendChild(document.createElementNS(SVG, "circle"));
    const kind = data.marks[marks[k + 2] % 32], row = marks[k + 2] >> 5;
    circle.setAttribute("cx", marks[k]);
    circle.setAttribute("cy", marks[k + 1]);
    circle.setAttribute("class", "m " + kind);
    if (circle.dataset.i !== String(row)) circle.dataset.i = row;
    const name = String(names[row]);
    if (circle.dataset.n !== name) circle.dataset.n = name;
    if (!circle.hasAttribute("r")) circle.setAttribute("r", radius);
  }
}

function showFigure(svg) {
  const id = svg.dataset.fig;
  if (id === "conversation") {
    if (svg.layer !== layer) drawTalk();
    svg.layer = layer;
    return;
  }
  const frame = frameOf(id);
  if (svg.frame === frame) return;
  if (svg.frame !== undefined || layer !== data.shown) {
    svg.querySelector(".u").innerHTML = frame.u ?? data.figures[id].u;
    svg.querySelector(".o").innerHTML = frame.o;
    drawMarks(id);
  }
  svg.frame = frame;
  const details = document.querySelector(`details[data-table="${id}"]`);
  details.stale = true;
  if (details.open) fillTable(details);
}

// The figures in sight follow the slider at once, the others when it rests.
const figures = [...document.querySelectorAll("svg[data-fig]")], inSight = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inSight.add(target); else inSight.delete(target);
  }
});
let rest = 0;
function showLayer() {
  for (const svg of figures) if (inSight.has(svg)) showFigure(svg);
  for (const p of document.querySelectorAll("[data-say]")) {
    const words = data.words[p.dataset.say][layer];
    if (words !== undefined && p.textContent !== words) p.textContent = words;
  }
  if (isSeeking) find();
  root.dataset.busy = "yes";
  clearTimeout(rest);
  rest = setTimeout(() => {
    figures.forEach(showFigure);
    if (isSeeking) find();
    delete root.dataset.busy;
  }, 120);
}

const waiting = new Set();
function soon(work) {
  if (waiting.has(work)) return;
  waiting.add(work);
  requestAnimationFrame(() => { waiting.delete(work); work(); });
}

if ($("layer")) $("layer").addEventListener("input", (event) => {
  layer = data.layers[event.target.value];
  $("layer-name").value = layer;
  event.target.setAttribute("aria-valuetext", "layer " + layer);
  root.dataset.busy = "yes";
  soon(showLayer);
});

// ---- hover, and the keys in place of it

function numbers(id, row) {
  return data.figures[id].columns.map(([title, , decimals], c) => {
    const value = column(id, c)[row];
    return value === null || value === "" ? null : c === 0 ? shown(value, decimals) : `${title}: ${shown(value, decimals)}`;
  }).filter((text) => text !== null).join("\n");
}

function tell(circle, id) {
  for (const other of document.querySelectorAll(".m.on")) other.classList.remove("on");
  const tip = $("tip");
  if (!circle) { tip.style.display = "none"; return; }
  circle.classList.add("on");
  tip.textContent = numbers(id, Number(circle.dataset.i));
  tip.style.display = "block";
  const at = circle.getBoundingClientRect(), size = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(at.right + 8, innerWidth - size.width - 4)) + "px";
  tip.style.top = Math.max(4, at.top - size.height - 6) + "px";
}

for (const svg of document.querySelectorAll("svg[data-fig]")) {
  const id = svg.dataset.fig;
  svg.addEventListener("pointerover", (event) => tell(event.target.closest(".m"), id));
  svg.addEventListener("pointerleave", () => tell(null));
  svg.addEventListener("blur", () => tell(null));
  svg.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const marks = [...svg.querySelectorAll(".m")];
    if (event.key === "Escape") tell(null);
    if (!(event.key in steps) || !marks.length) return;
    event.preventDefault();
    const now = marks.findIndex((mark) => mark.classList.contains("on"));
    tell(marks[now < 0 ? 0 : (now + steps[event.key] + marks.length) % marks.length], id);
    if (id === "conversation") mark(Number(svg.querySelector(".m.on").dataset.i));
  });
}
if (svgOf("layers")) svgOf("layers").addEventListener("click", (event) => {
  const circle = event.target.closest(".m");
  if (!circle) return;
  $("layer").value = circle.dataset.i;
  $("layer").dispatchEvent(new Event("input"));
});

// ---- a role, everywhere

let isSeeking = false;
function find() {
  const wanted = $("find") ? $("find").value.trim().toLowerCase() : "";
  isSeeking = wanted !== "";
  for (const text of document.querySelectorAll(".name")) text.remove();
  for (const svg of document.querySelectorAll("svg[data-fig]")) {
    let any = false;
    for (const circle of svg.querySelectorAll(".ms .m")) {
      const isHit = wanted !== "" && circle.dataset.n.toLowerCase() === wanted;
      circle.classList.toggle("hit", isHit);
      if (!isHit || any) continue;
      any = true;
      const text = document.createElementNS(SVG, "text"), width = svg.viewBox.baseVal.width;
      const x = Number(circle.getAttribute("cx")), isRight = x > width * 0.7;
      text.setAttribute("class", "name");
      text.setAttribute("x", x + (isRight ? -9 : 9));
      text.setAttribute("y", Number(circle.getAttribute("cy")) - 7);
      text.setAttribute("text-anchor", isRight ? "end" : "start");
      text.textContent = circle.dataset.n;
      svg.append(text);
    }
    svg.classList.toggle("seeking", any);
  }
  for (const row of document.querySelectorAll("tr[data-n]"))
    row.classList.toggle("hit", wanted !== "" && row.dataset.n.toLowerCase() === wanted);
}
if ($("find")) $("find").addEventListener("input", () => soon(find));

// ---- tables: of the layer that is shown, sorted by a column, saved as CSV

function fillTable(details) {
  const id = details.dataset.table, columns = data.figures[id].columns;
  const count = column(id, 0) ? column(id, 0).length : 0, body = details.querySelector("tbody");
  const order = [...Array(count).keys()], sort = details.sort;
  if (sort) {
    const values = column(id, sort.column);
    const less = (a, b) => a === b ? 0 : a === null ? 1 : b === null ? -1
      : typeof a === "number" ? sort.sign * (a - b) : sort.sign * String(a).localeCompare(String(b));
    order.sort((a, b) => less(values[a], values[b]) || a - b);
  }
  const rows = order.map((row) => {
    const line = document.createElement("tr");
    line.dataset.n = String(column(id, 0)[row]);
    columns.forEach(([, , decimals], c) => {
      const value = column(id, c)[row], cell = document.createElement(c === 0 ? "th" : "td");
      if (c === 0) cell.scope = "row";
      else if (typeof value !== "string") cell.className = "n";
      cell.textContent = shown(value, decimals);
      line.append(cell);
    });
    return line;
  });
  body.replaceChildren(...rows);
  details.stale = false;
}

for (const details of document.querySelectorAll("details[data-table]")) {
  details.addEventListener("toggle", () => { if (details.open && details.stale) { fillTable(details); find(); } });
  details.querySelectorAll("thead th").forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const sign = details.sort?.column === index ? -details.sort.sign : 1;
      details.sort = { column: index, sign };
      for (const other of details.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      fillTable(details);
      find();
    });
  });
}

function csv(id) {
  const columns = data.figures[id].columns, taken = new Set();
  const quoted = (text) => {
    // A text that a spreadsheet would take for a formula gets an apostrophe, as in the tables of the analysis.
    const safe = /^[=+@\t\r-]/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  const names = columns.map(([, name]) => taken.has(name) ? name + "_2" : (taken.add(name), name));
  const rows = column(id, 0).map((_, row) => columns.map((_, c) => {
    const value = column(id, c)[row];
    return value === null ? "" : typeof value === "number" ? String(value) : quoted(value);
  }).join(","));
  return [names.join(","), ...rows].join("\n") + "\n";
}
for (const button of document.querySelectorAll("[data-csv]")) button.addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv(button.dataset.csv)], { type: "text/csv" }));
  const figure = data.figures[button.dataset.csv], isOfLayer = Object.keys(figure.layers).length > 1;
  link.download = button.dataset.csv + (isOfLayer ? `-layer-${nearest(figure.layers)}` : "") + ".csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

// ---- one conversation, with a floor that can be moved

const talkOf = () => data.talks[$("talk").value];
const known = (list) => list.filter((value) => value !== null);
let tau = null, scale = null;

function ticks(low, high, about) {
  const rough = (high - low) / about, power = 10 ** Math.floor(Math.log10(rough)), rest = rough / power;
  const step = power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10), list = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) list.push(k * step);
  return { list, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

// The positions of the conversation at the layer, the scales, and everything that does not move with the floor.
function drawTalk() {
  const talk = talkOf(), at = nearest(talk.p), svg = svgOf("conversation");
  const positions = talk.p[at].map((value) => value === null ? null : value / 100);
  const turns = talk.turns ?? positions.map((_, turn) => turn), home = talk.h?.[at] ?? [];
  const [left, top, right, bottom] = [52, 12, 466, 254];
  const last = Math.max(...turns, 1), low = Math.min(0, ...known(positions)), high = Math.max(1, ...known(positions));
  const pad = (high - low) * 0.08;
  scale = {
    low: low - pad, high: high + pad, top, bottom,
    x: (turn) => left + (turn + 0.3) / (last + 0.6) * (right - left),
    y: (value) => bottom - (value - low + pad) / (high - low + 2 * pad) * (bottom - top),
    value: (y) => low - pad + (bottom - y) / (bottom - top) * (high - low + 2 * pad),
  };
  const { x, y } = scale, line = (x1, y1, x2, y2, kind) => `<path class="${kind}" d="M${x1} ${y1}L${x2} ${y2}"/>`;
  const word = (tx, ty, text, kind, rest) => `<text class="${kind}" x="${tx}" y="${ty}" ${rest}>${text}</text>`;
  let under = "";
  const vertical = ticks(low - pad, high + pad, 5), across = ticks(-0.3, last + 0.3, 6);
  for (const value of vertical.list)
    under += line(left, y(value), right, y(value), "g")
      + word(left - 6, y(value) + 4, shown(value, vertical.decimals), "t", 'text-anchor="end"');
  for (const value of across.list) if (Number.isInteger(value))
    under += word(x(value), bottom + 16, value, "t", 'text-anchor="middle"');
  under += line(left, bottom, right, bottom, "a") + line(left, y(0), right, y(0), "z") + line(left, y(1), right, y(1), "z")
    + word((left + right) / 2, bottom + 36, "turn of the Assistant", "tt", 'text-anchor="middle"')
    + word(13, 133, "axis position", "tt", 'text-anchor="middle" transform="rotate(-90 13 133)"');
  let path = "", pen = "M";
  positions.forEach((value, k) => {
    if (value === null) { pen = "M"; return; }
    path += `${pen}${x(turns[k])} ${y(value)}`;
    pen = "L";
  });
  svg.querySelector(".u").innerHTML = under + `<path class="l f6" d="${path}"/>`;
  const figure = data.figures.conversation, kindOf = (share) => share == null ? "f6" : "q" + Math.round(share * 6 / 100);
  const marks = positions.flatMap((value, k) => value === null ? []
    : [x(turns[k]), y(value), k * 32 + data.marks.indexOf(kindOf(home[k]))]);
  const shares = positions.map((_, k) => home[k] == null ? null : home[k] / 100);
  figure.layers = { [at]: { m: marks, u: "", o: "", c: [turns, positions, shares] } };
  figure.same = [null, null, null];
  drawMarks("conversation");
  const details = document.querySelector('details[data-table="conversation"]');
  details.stale = true;
  if (details.open) fillTable(details);
  tau = tau ?? data.taus[nearest(data.taus)] ?? scale.low;
  $("tau").min = scale.low.toFixed(2);
  $("tau").max = scale.high.toFixed(2);
  drawFloor();
}

// The floor, the turns that it pulls back, and what it does over all conversations.
function drawFloor() {
  const value = Math.min(scale.high, Math.max(scale.low, tau)), { x, y } = scale;
  const talk = talkOf(), positions = data.figures.conversation.layers[nearest(data.figures.conversation.layers)].c[1];
  const turns = talk.turns ?? positions.map((_, turn) => turn);
  let over = `<path class="tau" d="M52 ${y(value)}H466"/><path class="grip" d="M52 ${y(value)}H466"/>`;
  positions.forEach((position, k) => {
    if (position === null || position >= value) return;
    over += `<path class="pull" d="M${x(turns[k])} ${y(position)}V${y(value)}"/>`
      + `<circle class="new" cx="${x(turns[k])}" cy="${y(value)}" r="4"/>`;
  });
  svgOf("conversation").querySelector(".o").innerHTML = over;
  $("tau").value = value;
  $("tau-name").value = shown(value, 2);
  let turnsBelow = 0, turnsAll = 0, before = 0, after = 0, talks = 0;
  for (const other of data.talks) {
    if (other.kind !== talk.kind) continue;
    const all = known(other.p[nearest(other.p)] ?? []).map((p) => p / 100);
    turnsAll += all.length;
    turnsBelow += all.filter((p) => p < value).length;
    if (all.length < 2) continue;
    talks += 1;
    before += all[0] - all.at(-1);
    after += Math.max(all[0], value) - Math.max(all.at(-1), value);
  }
  $("tau-says").textContent = turnsAll === 0 ? "" :
    `Of ${data.kinds[talk.kind]}, this floor touches ${turnsBelow} of ${turnsAll} turns`
    + (talks ? `; the mean fall from first to last turn goes from ${shown(before / talks, 2)} to ${shown(after / talks, 2)}` : "")
    + ". Of turns' means, by arithmetic alone: it does not show what a capped model would say.";
}

function mark(row) {
  const turns = talkOf().turns;
  const turn = turns ? turns[row] : row;
  for (const p of $("said").children) {
    const isOn = p.dataset.turn === String(turn);
    p.classList.toggle("on", isOn);
    if (isOn) $("said").scrollTop = p.offsetTop - $("said").offsetTop - 20;
  }
}

function showSaid() {
  const said = talkOf().said ?? [];
  $("said").replaceChildren(...said.map(([speaker, text, turn]) => {
    const p = document.createElement("p"), who = document.createElement("span");
    who.className = "who";
    who.textContent = turn === null ? speaker : `${speaker}, turn ${turn}`;
    p.append(who, text);
    if (turn !== null) p.dataset.turn = turn;
    return p;
  }));
  if (!said.length) $("said").textContent = "What was said is not here: transcripts/ of the dump was not found, or is too long for the page.";
}

if (data.figures.conversation) {
  const svg = svgOf("conversation");
  $("talk").addEventListener("change", () => { drawTalk(); showSaid(); });
  $("tau").addEventListener("input", (event) => { tau = Number(event.target.value); soon(drawFloor); });
  svg.addEventListener("pointerover", (event) => {
    const circle = event.target.closest(".m");
    if (circle) mark(Number(circle.dataset.i));
  });
  $("said").addEventListener("click", (event) => {
    const p = event.target.closest("[data-turn]");
    if (!p) return;
    const turns = talkOf().turns, row = turns ? turns.indexOf(Number(p.dataset.turn)) : Number(p.dataset.turn);
    mark(row);
    tell(svg.querySelector(`.m[data-i="${row}"]`), "conversation");
  });
  svg.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".grip")) return;
    svg.setPointerCapture(event.pointerId);
    svg.dragging = true;
  });
  svg.addEventListener("pointermove", (event) => {
    if (!svg.dragging) return;
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    tau = Math.min(scale.high, Math.max(scale.low, scale.value(point.y)));
    soon(drawFloor);
  });
  for (const kind of ["pointerup", "pointercancel"]) svg.addEventListener(kind, () => { svg.dragging = false; });
  showSaid();
}
figures.forEach(showFigure);
for (const svg of figures) watcher.observe(svg);
