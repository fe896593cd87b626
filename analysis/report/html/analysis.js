// SPDX-License-Identifier: Apache-2.0
// An analysis: conversations to sort and search; who began to talk to whom.

const FLOW = { protocol: 0, from: 1, to: 2, state: 3, scope: 4, nat: 5, there: 6, back: 7, bytes: 8, first: 9, lasted: 10, packet: 11 };
const COLUMNS = ["protocol", "from", "to", "state", "scope", "there", "back", "bytes", "lasted", "packet"];
const SHOWN = 200; // rows at once
const LADDER = { rows: 40, ends: 9 };

function flowRow(flow) {
  const texts = ["protocol", "from", "to", "state", "scope"].map((name) => el("td", {}, flow[FLOW[name]],
    name === "to" && flow[FLOW.nat] ? el("small", { class: "dim" }, `translated: ${flow[FLOW.nat]}`) : null));
  const numbers = [number(flow[FLOW.there]), number(flow[FLOW.back]), bytesText(flow[FLOW.bytes]), durationText(flow[FLOW.lasted]),
    String(flow[FLOW.packet])].map((text) => el("td", { class: "num" }, text));
  return el("tr", {}, texts, numbers);
}

function showFlows(flows) {
  const table = document.getElementById("flows");
  const rows = [...flows];
  const input = el("input", { type: "search", placeholder: "address, port, protocol, state, tunnel", "aria-label": "Search conversations" });
  const count = el("span", { class: "dim", role: "status" });
  const texts = new Map(rows.map((flow) => [flow, flow.slice(0, 6).join(" ").toLowerCase()]));
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fit = rows.filter((flow) => words.every((word) => texts.get(flow).includes(word)));
    table.tBodies[0].replaceChildren(...fit.slice(0, SHOWN).map(flowRow));
    count.textContent = fit.length > SHOWN ? `${number(SHOWN)} of ${number(fit.length)} that fit` : `${number(fit.length)} of ${number(rows.length)}`;
  };
  input.addEventListener("input", show);
  document.getElementById("search").append(input, count);
  sortable(table, COLUMNS.map((name) => (flow) => flow[FLOW[name]]), rows, show);
  show();
}

// The first conversations between the ends that occur most, as arrows in the order of time.
function drawBeginnings(flows) {
  const host = (end) => end.startsWith("[") ? end.slice(1, end.indexOf("]")) : end.split(":").length === 2 ? end.split(":")[0] : end;
  const uses = new Map();
  for (const flow of flows) for (const end of [flow[FLOW.from], flow[FLOW.to]]) uses.set(host(end), (uses.get(host(end)) || 0) + 1);
  const names = [...uses].sort((a, b) => b[1] - a[1]).slice(0, LADDER.ends).map(([name]) => name);
  const rows = flows.filter((flow) => names.includes(host(flow[FLOW.from])) && names.includes(host(flow[FLOW.to])))
    .sort((a, b) => a[FLOW.first] - b[FLOW.first]).slice(0, LADDER.rows);
  const gap = 130, left = 150, top = 40, height = top + rows.length * 26 + 10;
  const x = (name) => left + names.indexOf(name) * gap;
  return svg("svg", { viewBox: `0 0 ${left + names.length * gap} ${height}`, width: left + names.length * gap, height, role: "img",
    "aria-label": `The first ${rows.length} conversations between ${names.join(", ")}` },
  names.map((name, i) => svg("g", {}, svg("title", {}, name), svg("path", { class: "life", d: `M${x(name)} ${top - 4} V${height}` }),
    svg("text", { x: x(name), y: i % 2 ? 14 : 28, "text-anchor": "middle", "font-weight": 600 }, name.length > 24 ? `${name.slice(0, 23)}…` : name))),
  rows.map((flow, i) => {
    const y = top + i * 26 + 18, a = x(host(flow[FLOW.from])), b = x(host(flow[FLOW.to])), side = b > a ? -1 : 1;
    const label = `${flow[FLOW.protocol]} ${flow[FLOW.to].slice(host(flow[FLOW.to]).length).replace(/^.*:/, "")} ${flow[FLOW.state]}`.trim();
    return svg("g", { class: "row" }, svg("title", {}, `${flow[FLOW.from]} → ${flow[FLOW.to]} ${label}`),
      svg("text", { x: 4, y: y + 4, class: "dim" }, `${durationText(flow[FLOW.first])} № ${flow[FLOW.packet]}`),
      svg("path", { class: "arrow", d: `M${a} ${y} H${b + side * 7}` }), svg("path", { class: "head", d: `M${b} ${y} l${side * 9} -4 v8 z` }),
      svg("text", { x: (a + b) / 2, y: y - 4, "text-anchor": "middle" }, label));
  }));
}

async function main() {
  addThemeButton();
  const { flows, traffic, slice_us: sliceUs } = await unpack();
  if (traffic.length) {
    const place = document.getElementById("traffic");
    place.hidden = false;
    place.append(el("div", { class: "card" }, drawPlot(traffic, sliceUs)));
  }
  if (flows.length) {
    showFlows(flows);
    const ladder = document.getElementById("ladder");
    ladder.hidden = false;
    ladder.append(el("div", { class: "wide card" }, drawBeginnings(flows)));
  }
  document.documentElement.dataset.ready = "yes";
}
main();
