// SPDX-License-Identifier: Apache-2.0
// A ladder: a line down for each node by its name, an arrow for each move of the packet between two.

function drawLadder(steps, choose) {
  const names = [...new Set(steps.map((s) => s.node))];
  const gap = Math.max(92, Math.min(150, 620 / Math.max(1, names.length - 1)));
  const left = 74, rowHeight = 26, top = 34;
  const x = (name) => left + names.indexOf(name) * gap + 30;
  const width = left + (names.length - 1) * gap + 100, height = top + steps.length * rowHeight + 14;
  const rows = steps.map((step, i) => {
    const y = top + i * rowHeight + 16;
    const before = i > 0 && steps[i - 1].leg === step.leg ? steps[i - 1].node : step.node;
    const [a, b] = [x(before), x(step.node)];
    const side = b > a ? -1 : 1;
    const label = step.died ? "✕" : step.dev;
    return svg("g", { class: "row", onclick: () => choose(i) },
      svg("title", {}, step.text),
      svg("rect", { x: 0, y: y - 16, width, height: rowHeight }),
      svg("text", { x: 6, y: y + 3, class: "dim" }, step.packet ? `№ ${step.packet}` : ""),
      a === b ? svg("circle", { class: "head", cx: b, cy: y - 2, r: 4 })
        : [svg("path", { class: "arrow", d: `M${a} ${y - 2} H${b + side * 7}` }),
          svg("path", { class: "head", d: `M${b} ${y - 2} l${side * 9} -4 v8 z` })],
      a === b ? svg("text", { x: b + 9, y: y + 2 }, shorten(label, 14))
        : svg("text", { x: (a + b) / 2, y: y - 6, "text-anchor": "middle" }, shorten(step.brief, Math.floor(Math.abs(b - a) / 6))));
  });
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": `Ladder over ${names.join(", ")}: ${steps.length} steps` },
  names.map((name) => svg("g", {},
    svg("path", { class: "life", d: `M${x(name)} ${top - 6} V${height - 4}` }),
    svg("text", { x: x(name), y: 18, "text-anchor": "middle", "font-weight": 600 }, svg("title", {}, name), shorten(name, Math.floor(gap / 6.5))))),
  rows);
  return { root, show: (now) => rows.forEach((row, i) => row.classList.toggle("now", i === now)) };
}
