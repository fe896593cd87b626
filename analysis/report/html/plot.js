// SPDX-License-Identifier: Apache-2.0
// Frames over time as bars of equal slices.

// slices: [microseconds from the start, frames, bytes]
function drawPlot(slices, sliceUs) {
  const width = 900, height = 170, left = 58, bottom = 24, top = 12;
  const most = Math.max(1, ...slices.map((s) => s[1]));
  const step = (width - left - 8) / slices.length;
  const scale = (n) => (height - bottom - top) * n / most;
  const total = slices.reduce((sum, s) => sum + s[1], 0);
  const span = slices.length * sliceUs;
  const bars = slices.map(([us, frames, bytes], i) => svg("rect", { class: "bar", x: left + i * step, width: Math.max(1, step - 1),
    y: height - bottom - scale(frames), height: scale(frames) },
  svg("title", {}, `${durationText(us)}: ${number(frames)} frames, ${bytesText(bytes)}`)));
  const lines = [0, .5, 1].map((part) => svg("g", {},
    svg("path", { class: "axis", d: `M${left} ${height - bottom - scale(most * part)} H${width - 8}` }),
    svg("text", { x: left - 6, y: height - bottom - scale(most * part) + 4, "text-anchor": "end", class: "dim" }, number(Math.round(most * part)))));
  const times = [0, .25, .5, .75, 1].map((part) => svg("text", { x: left + (width - left - 8) * part, y: height - 6, class: "dim",
    "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle" }, durationText(Math.round(span * part))));
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width: "100%", role: "img",
    "aria-label": `${number(total)} frames in ${durationText(span)}, at most ${number(most)} in ${durationText(sliceUs)}` },
  lines, bars, times);
}
