// The report's interaction. Figures and tables are in the page already; this only changes them.
// `data` has of each figure what is drawn at each layer (u: below the points, m: the points, o: above them), and the numbers. A point is
// three numbers: x, y, and 32 times its row of the table and its kind, by its place in `data.marks`. Of a grid it is a cell of the table
// in the place of a row: they are counted row after row, without the first column.
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
