// SPDX-License-Identifier: Apache-2.0
// A run: fields of the matrix open their packets; a packet is stepped through hop by hop.

const LEGS = ["no", "yes", "not asked"];
const SIGNS = [["good", "✓"], ["bad", "✗"], ["unsure", "?"], ["bad", "!"]];

// Texts are numbers of a list, records are arrays (vn-html-run-data.c).
function readRun(raw) {
  const text = (n) => raw.texts[n];
  const lines = (list) => list ? list.map(text) : null;
  const hop = (h) => ({ leg: h[0], point: text(raw.points[h[1]][0]), what: text(raw.points[h[1]][1]), packet: h[2], out: h[3], us: h[4],
    headers: lines(h[5]), change: text(h[6]), why: text(h[7]) });
  const cell = (c) => ({ from: text(c[0]), to: text(c[1]), what: text(c[2]), kind: text(c[3]), check: text(c[4]), message: text(c[5]),
    seenAs: text(c[6]), quirk: text(c[7]), verdict: c[8], accepted: c[9], predicted: [c[10], c[11]], observed: [c[12], c[13]],
    predictedCause: text(c[14]), observedCause: text(c[15]), where: text(c[16]), expected: text(c[17]), reasons: lines(c[18]),
    packets: c[19], get hops() { return c[20].map(hop); } });
  return {
    ends: raw.ends.map((e) => ({ name: text(e[0]), place: text(e[1]), domain: text(e[2]) })),
    nodes: raw.nodes.map((n) => ({ name: text(n[0]), role: text(n[1]), on: text(n[2]) })),
    devices: raw.devices.map((d) => ({ name: text(d[0]), kind: text(d[1]), peer: text(d[2]), lower: text(d[3]), network: text(d[4]) })),
    traffic: raw.traffic, cells: raw.cells.map(cell),
  };
}

// "842–857, 861"
function rangesText(numbers) {
  const runs = [];
  for (const n of numbers) {
    const last = runs[runs.length - 1];
    if (last && n === last[1] + 1) last[1] = n; else runs.push([n, n]);
  }
  return runs.map(([a, b]) => a === b ? `${a}` : `${a}–${b}`).join(", ");
}

const keyOf = (cell) => `${cell.from}${cell.to ? `>${cell.to}` : ""} ${cell.kind === "reach" ? "" : cell.kind === "forward" ? "forward-" : ""}${cell.what}`;

function outcomeText(cell) {
  const [delivered, answered] = cell.observed;
  if (answered === 1) return "answered";
  if (delivered === 1) return answered === 0 ? "delivered, not answered" : "delivered";
  return delivered === 0 ? "not delivered" : "not decided";
}

// ---- steps ----

function stepsOf(cell) {
  const steps = [];
  let headers = [];
  cell.hops.forEach((hop, i, all) => {
    const isFirst = i === 0 || all[i - 1].leg !== hop.leg;
    const before = isFirst ? null : headers;
    headers = hop.headers || headers;
    const node = nodeOf(hop.point), dev = devOf(hop.point);
    const inTunnel = headers.find((line) => line.startsWith("VXLAN "));
    const text = hop.out ? `${node} sends ${isFirst ? (hop.leg ? "the answer" : "it") : "it on"} by ${dev}` : `it arrives at ${dev} of ${node}`;
    steps.push({ leg: hop.leg, node, dev, point: hop.point, packet: hop.packet, us: hop.us, what: hop.what, text, headers, before,
      why: hop.why, brief: inTunnel ? `in ${inTunnel}` : dev });
  });
  if (cell.observed[1] !== 1 && cell.observedCause && steps.length) {
    const last = steps[steps.length - 1];
    const point = cell.where || last.point;
    steps.push({ ...last, leg: last.leg, node: nodeOf(point), dev: devOf(point), point, packet: 0, died: true, before: last.headers, why: null,
      text: cell.observed[0] === 1 ? "no answer came back" : "it is seen no further", cause: cell.observedCause, brief: "✕" });
  }
  return steps;
}

function markTokens(line, before) {
  if (before === undefined) return [el("mark", {}, line)];
  const old = before.split(" ");
  return line.split(" ").flatMap((token, i) => [i ? " " : "", token === old[i] ? token : el("mark", {}, token)]);
}

// Headers of a step, innermost last, with what differs from the hop before marked.
function headersTable(step) {
  const lines = step.headers, old = step.before || lines;
  const rows = [];
  const inner = lines.length - 1 - [...lines].reverse().findIndex((line) => line.startsWith("Ethernet "));
  for (let i = 0; i < old.length - lines.length; i++)
    rows.push(el("tr", {}, el("th", { scope: "row" }, "taken off"), el("td", { class: "mono" }, el("del", {}, old[i]))));
  lines.forEach((line, i) => {
    const space = line.indexOf(" ");
    const same = old[old.length - (lines.length - i)];
    const fits = same !== undefined && same.split(" ")[0] === line.split(" ")[0];
    rows.push(el("tr", { class: i < inner ? "outer" : null }, el("th", { scope: "row" }, line.slice(0, space)),
      el("td", { class: "mono" }, markTokens(line.slice(space + 1), fits ? same.slice(space + 1) : undefined))));
  });
  return el("table", { class: "headers" }, el("caption", { class: "hidden" }, "Headers, from the outside in; what changed is marked"),
    el("tbody", {}, rows));
}

function makeStepper(run, cell) {
  const steps = stepsOf(cell);
  if (!steps.length) return el("div", { class: "stepper card" }, el("p", {}, "No device saw this packet: nothing was sent."));
  const expected = cell.verdict === 0;
  const picture = run.nodes.length ? drawLab(run) : null;
  let now = expected ? 0 : steps.length - 1, timer = 0;
  const ladder = drawLadder(steps, (i) => go(i));
  const told = el("p", { "aria-live": "polite" }), body = el("div", { class: "step" });
  const count = el("span", { class: "now" });
  const button = (label, name, action) => el("button", { type: "button", "aria-label": name, title: name, onclick: action }, label);
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = "▶ Play"; };
  const back = button("◀", "Step back (left arrow)", () => { stop(); go(now - 1); });
  const forth = button("▶", "Step forth (right arrow)", () => { stop(); go(now + 1); });
  const play = el("button", { type: "button", onclick: () => {
    if (timer) { stop(); return; }
    if (now === steps.length - 1) go(0);
    play.textContent = "❚❚ Pause";
    timer = setInterval(() => { if (now >= steps.length - 1) stop(); else go(now + 1); }, 900);
  } }, "▶ Play");
  const show = () => {
    const step = steps[now];
    const leg = steps.filter((s) => s.leg === step.leg && !s.died);
    const passed = steps.slice(0, now + 1).filter((s) => s.leg === step.leg && !s.died).length;
    count.textContent = `Step ${now + 1} of ${steps.length}`;
    told.replaceChildren(el("b", {}, step.leg ? "Answer: " : ""), step.text,
      step.packet ? el("span", { class: "dim" }, ` · packet ${step.packet} · ${durationText(step.us)}${step.what ? ` · ${step.what}` : ""}`) : "");
    body.className = `step${step.died ? ` died${expected ? " expected" : ""}` : ""}`;
    body.replaceChildren(told, step.why ? el("p", {}, el("strong", {}, "Why: "), step.why) : "",
      step.cause ? el("p", {}, el("strong", {}, expected ? "As it had to be: " : "Not as it had to be: "), step.cause) : "",
      headersTable(step));
    back.disabled = now === 0;
    forth.disabled = now === steps.length - 1;
    if (picture) picture.show(leg.map((s) => s.point), passed, step.died ? { at: step.point, expected } : null);
    ladder.show(now);
  };
  const go = (to) => { if (to >= 0 && to < steps.length) { now = to; show(); } };
  const keys = { ArrowLeft: () => go(now - 1), ArrowRight: () => go(now + 1), Home: () => go(0), End: () => go(steps.length - 1) };
  show();
  return el("div", { class: "stepper card", role: "group", tabindex: 0, "aria-label": "The packet, step by step; left and right arrow",
    onkeydown: (event) => { if (keys[event.key]) { event.preventDefault(); stop(); keys[event.key](); } } },
  el("div", { class: "controls" }, back, forth, play, count),
  picture ? el("div", { class: "wide picture" }, picture.root) : null,
  el("div", { class: "two" }, body, el("div", { class: "wide ladder" }, ladder.root)));
}

// ---- a cell ----

function reasonsList(lines) {
  return el("ul", { class: "reasons" }, lines.map((line) => {
    const depth = Math.min(3, (line.length - line.trimStart().length) / 2);
    return el("li", { class: `d${depth}` }, line.trim());
  }));
}

function detailOf(cell) {
  const legs = ([delivered, answered]) => `delivered ${LEGS[delivered]}, answered ${LEGS[answered]}`;
  const [look, sign] = SIGNS[cell.verdict];
  const rows = [
    ["predicted", legs(cell.predicted)], ["because", cell.predictedCause], ["observed", legs(cell.observed)],
    ["because", cell.observedCause], ["asked for", cell.expected], ["seen as", cell.seenAs],
    ["departure", cell.quirk ? `${cell.quirk}${cell.accepted ? ", accepted by the lab file" : ""}` : null], ["check", cell.check],
    ["packets", cell.packets.length ? `${rangesText(cell.packets)} of capture.pcapng` : null],
  ].filter(([, value]) => value);
  return el("div", { class: "detail card" },
    el("h3", {}, el("span", { class: `sign ${look}` }, ` ${sign} `), ` ${keyOf(cell)}: ${outcomeText(cell)}`),
    cell.message ? el("p", { class: "cause" }, cell.message) : null,
    el("table", {}, el("tbody", {}, rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, value))))),
    cell.reasons ? el("details", { open: cell.verdict !== 0 }, el("summary", {}, "Why it must be so"), reasonsList(cell.reasons)) : null);
}

function openPair(run, from, to, wanted) {
  const place = document.getElementById("evidence");
  const isOwn = from === to;
  const [a, b] = [run.ends[from], run.ends[to]];
  const cells = run.cells.filter((cell) => cell.from === a.name && (cell.to === b.name || (isOwn && !cell.to)));
  const start = Math.max(0, wanted ? cells.indexOf(wanted) : cells.findIndex((cell) => cell.verdict !== 0));
  const title = el("h3", {}, isOwn ? `${a.name} to anybody` : `${a.name} → ${b.name}`,
    el("span", { class: "dim" }, ` ${a.place} (${a.domain})${isOwn ? "" : ` to ${b.place} (${b.domain})`}`));
  const items = cells.map((cell) => {
    const [look, sign] = SIGNS[cell.verdict];
    return el("li", { role: "option", tabindex: -1 }, el("span", { class: `sign ${look}` }, sign),
      el("span", { class: "what" }, cell.kind === "reach" ? cell.what : cell.kind), el("span", { class: "dim" }, outcomeText(cell)));
  });
  const list = el("ul", { class: "probes card", role: "listbox", "aria-label": "Packets of this pair; up and down arrow" }, items);
  const root = el("div", { class: "evidence" }, title, list);
  let shown = [];
  const choose = (i) => {
    items.forEach((item, j) => item.setAttribute("aria-selected", i === j));
    shown.forEach((node) => node.remove());
    shown = [detailOf(cells[i]), makeStepper(run, cells[i])];
    root.append(...shown);
  };
  rove(items, (key, i) => ({ ArrowDown: i + 1, ArrowUp: i - 1, Home: 0, End: items.length - 1 })[key], choose);
  place.hidden = false;
  place.replaceChildren(root);
  if (!cells.length) { root.append(el("p", { class: "card" }, "Nothing was asked between these two.")); return; }
  items[start].tabIndex = 0;
  choose(start);
  list.scrollTop = items[start].offsetTop - list.offsetTop - 60;
}

// ---- the page ----

function makeMatrix(run) {
  const table = document.getElementById("matrix");
  if (!table) return () => {};
  const fields = [...table.querySelectorAll("td")];
  const n = run.ends.length;
  const select = (i) => fields.forEach((field, j) => field.setAttribute("aria-selected", i === j));
  const open = (i, wanted) => { select(i); openPair(run, Math.floor(i / n), i % n, wanted); };
  const words = { all: "all answered", part: "some answered", none: "none answered", bad: "not as it should be", unsure: "undecided",
    other: "no ordinary packets", empty: "nothing asked" };
  table.setAttribute("role", "grid");
  fields.forEach((field, i) => {
    field.tabIndex = -1;
    field.setAttribute("role", "gridcell");
    field.setAttribute("aria-label", `${run.ends[Math.floor(i / n)].name} to ${run.ends[i % n].name}: ${field.textContent} ${words[field.className]}`);
  });
  rove(fields, (key, i) => ({ ArrowRight: i % n < n - 1 ? i + 1 : undefined, ArrowLeft: i % n ? i - 1 : undefined, ArrowDown: i + n,
    ArrowUp: i - n, Home: i - i % n, End: i - i % n + n - 1 })[key], open);
  return open;
}

// The first that failed; else the ordinary packet that was answered from farthest.
function firstToShow(run) {
  const answered = run.cells.filter((cell) => cell.kind === "reach" && cell.observed[1] === 1);
  const farthest = answered.reduce((best, cell) => !best || cell.packets.length > best.packets.length ? cell : best, null);
  return run.cells.find((cell) => cell.verdict !== 0) || farthest || run.cells[0];
}

async function main() {
  addThemeButton();
  const run = readRun(await unpack());
  const index = new Map(run.ends.map((end, i) => [end.name, i]));
  const open = makeMatrix(run);
  const show = (cell) => {
    const from = index.get(cell.from), to = cell.to ? index.get(cell.to) : from;
    const field = from * run.ends.length + to;
    if (document.getElementById("matrix")) {
      document.querySelectorAll("#matrix td").forEach((td, i) => { td.tabIndex = i === field ? 0 : -1; });
      open(field, cell);
    } else if (from !== undefined && to !== undefined) openPair(run, from, to, cell);
  };
  const byKey = new Map(run.cells.map((cell) => [keyOf(cell), cell]));
  for (const key of document.querySelectorAll(".key")) {
    const cell = byKey.get(key.dataset.key);
    if (!cell) continue;
    build(key, { role: "button", tabindex: 0, onclick: () => { show(cell); document.getElementById("evidence").scrollIntoView(); },
      onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); key.click(); } } }, []);
  }
  const first = firstToShow(run);
  if (first) show(first);
  if (run.traffic.length) {
    const place = document.getElementById("traffic");
    place.hidden = false;
    place.append(el("div", { class: "card" }, drawPlot(run.traffic, run.traffic.length > 1 ? run.traffic[1][0] : 1)));
  }
  document.documentElement.dataset.ready = "yes";
}
main();
