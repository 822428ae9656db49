// ---- hover, and the keys in place of it

// What a point tells: its row of the table, or its cell of a grid.
function numbers(id, place) {
  const figure = data.figures[id], many = figure.columns.length - 1;
  const row = figure.grid ? Math.floor(place / many) : place, only = figure.grid ? 1 + place % many : null;
  return figure.columns.map(([title, , decimals], c) => {
    if (only !== null && c !== 0 && c !== only) return null;
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
