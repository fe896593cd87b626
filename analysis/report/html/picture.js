// SPDX-License-Identifier: Apache-2.0
// The picture of the lab: machines with their guests above, what joins them in the middle, uplinks below, and the
// Ethernets between machines as bars. A packet's way is a line through the devices that saw it; between two of them it
// follows the cables and bridges that connect them.

const PICTURE = { guest: 36, tap: 96, middle: 138, lower: 190, uplink: 236, bottom: 248, bar: 300, barStep: 44 };

const nodeOf = (device) => device.slice(0, device.indexOf(":"));
const devOf = (device) => device.slice(device.indexOf(":") + 1);
const shorten = (text, most) => text.length > most ? `${text.slice(0, most - 1)}…` : text;
const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;

// Places on a line, near where they want to be, none over another. items: {want, width}; sets x.
function spread(items, left) {
  items.sort((a, b) => a.want - b.want);
  let end = left;
  for (const item of items) {
    item.x = Math.max(item.want, end + item.width / 2);
    end = item.x + item.width / 2 + 10;
  }
  return end;
}

// One machine with all that runs on it.
function placeMachine(group, lab, left, place) {
  const step = lab.isDense ? 46 : 88;
  const mine = lab.devices.filter((d) => nodeOf(d.name) === group.name);
  const bridgeOf = (guest) => {
    const own = lab.devices.find((d) => nodeOf(d.name) === guest && d.peer);
    const tap = own && lab.byName.get(own.peer);
    return tap ? nodeOf(tap.name) + (tap.lower || "") : "";
  };
  group.guests.sort((a, b) => bridgeOf(a).localeCompare(bridgeOf(b)));
  const guestX = new Map(group.guests.map((guest, i) => [guest, left + 14 + step * i + step / 2]));
  for (const [guest, x] of guestX) {
    place.guests.push({ name: guest, x, width: step - 8 });
    const own = lab.devices.filter((d) => nodeOf(d.name) === guest);
    own.forEach((d, i) => {
      const at = x + (i - (own.length - 1) / 2) * 16;
      place.at.set(d.name, [at, PICTURE.guest + 26]);
      if (d.peer && nodeOf(d.peer) === group.name) place.at.set(d.peer, [at, PICTURE.tap]);
    });
  }
  const wantOf = (test) => {
    const xs = lab.devices.filter((d) => d.peer && guestX.has(nodeOf(d.name)) && test(lab.byName.get(d.peer), d))
      .map((d) => place.at.get(d.name)[0]);
    return xs.length ? mean(xs) : left + 70;
  };
  const middle = [
    ...mine.filter((d) => d.kind === "bridge").map((d) => ({ device: d, label: d.network || devOf(d.name), width: 96,
      want: wantOf((peer) => peer && peer.lower === d.name) })),
    ...group.services.map((name) => ({ service: name, label: name.replace(`${group.name}-`, ""), width: 100,
      want: wantOf((peer, d) => nodeOf(d.peer) === name) })),
  ];
  let right = Math.max(left + 28 + step * group.guests.length, spread(middle, left + 14));
  for (const item of middle) {
    if (item.device) place.at.set(item.device.name, [item.x, PICTURE.middle]);
    for (const d of lab.devices.filter((d) => nodeOf(d.name) === item.service)) {
      const peerIsGuest = d.peer && guestX.has(nodeOf(d.peer));
      place.at.set(d.name, [item.x, PICTURE.middle + (peerIsGuest ? -13 : d.kind === "bridge" ? 0 : 13)]);
    }
    place.middle.push(item);
  }
  const isUplink = (d) => d.kind === "veth" && !(d.peer && guestX.has(nodeOf(d.peer)));
  const toService = (d) => d.peer && group.services.includes(nodeOf(d.peer));
  const lower = mine.filter((d) => d.kind === "vxlan" || d.kind === "vlan" || (isUplink(d) && toService(d)))
    .map((d) => ({ device: d, label: d.network || devOf(d.name), width: 78,
      want: (place.at.get(toService(d) ? d.peer : d.lower) || [left + 50])[0] }));
  const uplinks = mine.filter((d) => isUplink(d) && !toService(d)).map((d, i, all) =>
    ({ device: d, label: devOf(d.name), width: 62, want: left + 50 + i * 80 + Math.max(0, (right - left - 80 * all.length) / 2 - 14) }));
  right = Math.max(right, spread(lower, left + 14), spread(uplinks, left + 14), left + 118);
  for (const [items, y] of [[lower, PICTURE.lower], [uplinks, PICTURE.uplink]])
    for (const item of items) { place.at.set(item.device.name, [item.x, y]); place.lower.push({ ...item, y }); }
  place.machines.push({ name: group.name, left, right, isSmall: !group.guests.length && !middle.length });
  return right + 22;
}

function placeSegments(lab, place) {
  lab.nodes.filter((n) => n.role === "segment").forEach((segment, i) => {
    const y = PICTURE.bar + i * PICTURE.barStep;
    const ports = lab.devices.filter((d) => nodeOf(d.name) === segment.name && d.peer && place.at.has(d.peer));
    const xs = ports.map((d) => place.at.get(d.peer)[0]);
    if (!xs.length) return;
    ports.forEach((d, j) => place.at.set(d.name, [xs[j], y]));
    for (const d of lab.devices) if (nodeOf(d.name) === segment.name && d.kind === "bridge") place.at.set(d.name, [mean(xs), y]);
    place.segments.push({ name: segment.name.replace(/^segment-/, ""), left: Math.min(...xs) - 40, right: Math.max(...xs) + 40, y });
  });
}

function placeLab(data) {
  const lab = { nodes: data.nodes, devices: data.devices, byName: new Map(data.devices.map((d) => [d.name, d])) };
  const names = new Set(lab.nodes.map((n) => n.name));
  const groups = lab.nodes.filter((n) => n.role !== "segment" && !(n.on && names.has(n.on)))
    .map((n) => ({ name: n.name, guests: [], services: [] }));
  for (const n of lab.nodes) {
    const group = groups.find((g) => g.name === n.on);
    if (group) (n.role === "guest" ? group.guests : group.services).push(n.name);
  }
  lab.isDense = lab.nodes.filter((n) => n.role === "guest").length > 40;
  const place = { lab, at: new Map(), guests: [], middle: [], lower: [], machines: [], segments: [] };
  let left = 6;
  for (const group of groups) left = placeMachine(group, lab, left, place);
  place.width = left;
  placeSegments(lab, place);
  place.height = PICTURE.bar + Math.max(1, place.segments.length) * PICTURE.barStep - 10;
  connect(place);
  return place;
}

// Edges as they are drawn, and as a packet can go.
function connect(place) {
  const { lab, at } = place;
  place.edges = [];
  place.next = new Map();
  const add = (a, b, isDrawn) => {
    if (!at.has(a) || !at.has(b)) return;
    for (const [from, to] of [[a, b], [b, a]]) place.next.set(from, [...(place.next.get(from) || []), to]);
    if (isDrawn) place.edges.push([a, b]);
  };
  for (const d of lab.devices) {
    if (d.peer && d.name < d.peer) add(d.name, d.peer, true);
    if (d.lower) add(d.name, d.lower, true);
    if (d.kind === "vxlan") {
      const uplink = place.lower.find((item) => item.y === PICTURE.uplink && nodeOf(item.device.name) === nodeOf(d.name));
      if (uplink) add(d.name, uplink.device.name, true);
    }
  }
}

// Devices between two that saw the packet, by the shortest connection.
function between(place, from, to) {
  const before = new Map([[from, null]]);
  const queue = [from];
  while (queue.length && !before.has(to)) {
    const device = queue.shift();
    for (const next of place.next.get(device) || []) if (!before.has(next)) { before.set(next, device); queue.push(next); }
  }
  if (!before.has(to)) return [to];
  const way = [];
  for (let device = to; device !== from; device = before.get(device)) way.unshift(device);
  return way;
}

function box(x, y, width, height, kind, label, title) {
  return svg("g", {}, svg("title", {}, title),
    svg("rect", { class: kind, x: x - width / 2, y: y - height / 2, width, height, rx: 6 }),
    svg("text", { x, y: y + 4, "text-anchor": "middle" }, shorten(label, Math.floor(width / 6.4))));
}

function drawTunnels(place) {
  const ends = new Map();
  for (const item of place.lower) if (item.device.kind === "vxlan")
    ends.set(item.device.network, [...(ends.get(item.device.network) || []), item]);
  return [...ends].flatMap(([name, items], n) => items.slice(1).map((item, i) => {
    const [a, b] = [items[i].x, item.x];
    const top = PICTURE.lower + 34 + n * 13;
    return svg("g", {}, svg("title", {}, name),
      svg("path", { class: "tunnel", d: `M${a} ${PICTURE.lower + 11} C${a} ${top}, ${b} ${top}, ${b} ${PICTURE.lower + 11}` }));
  }));
}

function drawLab(data) {
  const place = placeLab(data);
  const { at } = place;
  const line = ([a, b]) => svg("path", { class: "wire", d: `M${at.get(a)} L${at.get(b)}` });
  const way = svg("g", {});
  const root = svg("svg", { viewBox: `0 0 ${place.width} ${place.height}`, width: place.width, height: place.height, role: "img",
    "aria-label": `Picture of the lab: ${place.machines.map((m) => m.name).join(", ")}` },
  place.machines.map((m) => svg("g", {},
    svg("rect", { class: "machine", x: m.left, y: m.isSmall ? PICTURE.lower - 24 : 4, width: m.right - m.left - 2,
      height: PICTURE.bottom - (m.isSmall ? PICTURE.lower - 24 : 4), rx: 10 }),
    svg("text", { x: m.left + 10, y: m.isSmall ? PICTURE.lower - 4 : 21, "font-weight": 600 }, m.name))),
  place.edges.map(line), drawTunnels(place),
  place.segments.map((s) => svg("rect", { class: "segment", x: s.left, y: s.y - 11, width: s.right - s.left, height: 22, rx: 6 })),
  place.guests.map((g) => box(g.x, PICTURE.guest + 12, g.width, 28, "guest", g.name, g.name)),
  [...at].filter(([name, [, y]]) => y === PICTURE.tap).map(([name, [x, y]]) =>
    svg("g", {}, svg("title", {}, name), svg("rect", { class: "device", x: x - 5, y: y - 5, width: 10, height: 10, rx: 2 }))),
  place.middle.map((m) => box(m.x, PICTURE.middle, m.width, 26, "device", m.label, m.device ? m.device.name : m.service)),
  place.lower.map((l) => box(l.x, l.y, l.width, 22, "device", l.label, l.device.name)),
  place.segments.map((s) => svg("text", { x: s.left + 8, y: s.y + 4, class: "dim" }, s.name)), way);

  // points: devices in the order of the way; now: how many were passed; died: {at, expected} or null.
  const show = (points, now, died) => {
    const known = points.map((p) => at.has(p) ? p : null);
    const through = (from, to) => known.slice(from, to).reduce((list, p) => {
      if (!p) return list;
      return list.length ? [...list, ...between(place, list[list.length - 1], p)] : [p];
    }, []);
    const path = (list, kind) => svg("polyline", { class: kind, points: list.map((p) => at.get(p).join(",")).join(" ") });
    const done = through(0, now), rest = through(Math.max(0, now - 1), known.length);
    const here = done[done.length - 1];
    const cross = died && at.get(died.at);
    way.replaceChildren(path(rest, "rest"), path(done, "way"),
      ...(here ? [svg("circle", { class: "here", cx: at.get(here)[0], cy: at.get(here)[1], r: 7 })] : []),
      ...(cross ? [svg("path", { class: `cross${died.expected ? " expected" : ""}`,
        d: `M${cross[0] - 8} ${cross[1] - 8} l16 16 m0 -16 l-16 16` }, svg("title", {}, "last seen here"))] : []));
  };
  return { root, show };
}
