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
