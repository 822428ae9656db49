// ---- the figures at a layer

function newPoint(figure) {
  const point = document.createElementNS(SVG, figure.cell ? "rect" : "circle");
  const size = figure.cell ? { width: figure.cell[0], height: figure.cell[1] } : { r: figure.radius };
  for (const [name, value] of Object.entries(size)) point.setAttribute(name, value);
  return point;
}

// The points of a figure at the layer. What is as it was is left alone: each change has the browser look at the point again.
function drawMarks(id) {
  const svg = svgOf(id), group = svg.querySelector(".ms"), figure = data.figures[id], cell = figure.cell;
  const marks = frameOf(id).m, names = column(id, 0), many = figure.columns.length - 1;
  const put = (point, name, value) => { if (point.getAttribute(name) !== value) point.setAttribute(name, value); };
  const at = (value, size) => String(cell ? Math.round(10 * (value - size / 2)) / 10 : value);
  const points = [...group.children];
  while (points.length > marks.length / 3) points.pop().remove();
  for (let k = 0; k < marks.length; k += 3) {
    const point = points[k / 3] ?? group.appendChild(newPoint(figure)), place = marks[k + 2] >> 5;
    put(point, cell ? "x" : "cx", at(marks[k], cell?.[0]));
    put(point, cell ? "y" : "cy", at(marks[k + 1], cell?.[1]));
    put(point, "class", "m " + data.marks[marks[k + 2] % 32]);
    put(point, "data-i", String(place));
    put(point, "data-n", String(names[figure.grid ? Math.floor(place / many) : place]));
  }
}

// While the slider moves, the points of a figure are one path for each colour, as a browser lays out a path faster than hundreds of
// circles. They are circles again when it rests.
function sketchMarks(svg) {
  const id = svg.dataset.fig, figure = data.figures[id], marks = frameOf(id).m, points = svg.querySelector(".ms");
  let sketch = svg.querySelector(".sketch");
  if (!sketch) {
    sketch = document.createElementNS(SVG, "g");
    sketch.setAttribute("class", "sketch");
    points.after(sketch);
  }
  const names = column(id, 0), many = figure.columns.length - 1, [width, height] = figure.cell ?? [0, 0], paths = {};
  for (let k = 0; k < marks.length; k += 3) {
    const place = marks[k + 2] >> 5, kind = data.marks[marks[k + 2] % 32];
    const isSought = isSeeking && isWanted(String(names[figure.grid ? Math.floor(place / many) : place]));
    const path = figure.cell
      ? `M${marks[k] - width / 2} ${marks[k + 1] - height / 2}h${width}v${height}h${-width}z` : `M${marks[k]} ${marks[k + 1]}h0`;
    const key = isSought ? "hit" : kind;
    paths[key] = (paths[key] ?? "") + path;
  }
  sketch.replaceChildren(...Object.entries(paths).map(([kind, d]) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", (figure.cell ? "" : "w ") + kind);
    path.setAttribute("d", d);
    if (!figure.cell) path.style.strokeWidth = 2 * figure.radius + "px";
    return path;
  }));
  svg.classList.add("moving");
}

function showFigure(svg, isMoving) {
  const id = svg.dataset.fig;
  if (id === "conversation") {
    if (svg.layer !== layer) drawTalk();
    svg.layer = layer;
    return;
  }
  const frame = frameOf(id), figure = data.figures[id];
  if (svg.frame === frame && (isMoving || !svg.classList.contains("moving"))) return;
  if (svg.frame !== frame && (svg.frame !== undefined || layer !== data.shown)) {
    const under = frame.u ?? figure.u;
    if (svg.under !== under) svg.querySelector(".u").innerHTML = svg.under = under;
    svg.querySelector(".o").innerHTML = frame.o;
    svg.isStale = true;
  }
  if (svg.isStale && isMoving) sketchMarks(svg);
  if (svg.isStale && !isMoving) {
    drawMarks(id);
    svg.isStale = false;
    svg.classList.remove("moving");
    svg.querySelector(".sketch")?.remove();
  }
  svg.frame = frame;
  const details = document.querySelector(`details[data-table="${id}"]`);
  details.stale = true;
  if (details.open && !isMoving) fillTable(details);
}

// The figures in sight follow the slider at once, the others when it rests.
const figures = [...document.querySelectorAll("svg[data-fig]")], inSight = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inSight.add(target); else inSight.delete(target);
  }
});
const sayings = [...document.querySelectorAll("[data-say]")];
let rest = 0;
function showLayer() {
  for (const text of document.querySelectorAll(".name")) text.remove();
  for (const svg of figures) if (inSight.has(svg)) showFigure(svg, true);
  for (const p of sayings) {
    const words = data.words[p.dataset.say][layer];
    if (words !== undefined && p.textContent !== words) p.textContent = words;
  }
  root.dataset.busy = "yes";
  clearTimeout(rest);
  rest = setTimeout(() => {
    for (const svg of figures) showFigure(svg, false);
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
