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
  const [left, top, right, bottom] = [52, 12, 386, 254];
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
  let over = `<path class="tau" d="M52 ${y(value)}H386"/><path class="grip" d="M52 ${y(value)}H386"/>`;
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
