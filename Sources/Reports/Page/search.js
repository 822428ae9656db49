// ---- a role, everywhere

let isSeeking = false, wanted = "";
const isWanted = (name) => isSeeking && name.toLowerCase() === wanted;
function find() {
  wanted = $("find") ? $("find").value.trim().toLowerCase() : "";
  isSeeking = wanted !== "";
  for (const text of document.querySelectorAll(".name")) text.remove();
  for (const svg of document.querySelectorAll("svg[data-fig]")) {
    let any = false;
    for (const circle of svg.querySelectorAll(".ms .m")) {
      const isHit = isWanted(circle.dataset.n);
      circle.classList.toggle("hit", isHit);
      if (!isHit || any) continue;
      any = true;
      const text = document.createElementNS(SVG, "text"), width = svg.viewBox.baseVal.width;
      const box = circle.getBBox(), x = box.x + box.width / 2, isRight = x > width * 0.7;
      text.setAttribute("class", "name");
      text.setAttribute("x", x + (isRight ? -9 : 9));
      text.setAttribute("y", box.y + box.height / 2 - 7);
      text.setAttribute("text-anchor", isRight ? "end" : "start");
      text.textContent = circle.dataset.n;
      svg.append(text);
    }
    svg.classList.toggle("seeking", any);
  }
  for (const row of document.querySelectorAll("tr[data-n]"))
    row.classList.toggle("hit", isWanted(row.dataset.n));
}
if ($("find")) $("find").addEventListener("input", () => soon(find));
