// SPDX-License-Identifier: Apache-2.0
// What the pages share. Text from a lab or a capture reaches the page by textContent and attributes only.

const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}
const el = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

// The page's data: base64 of gzip of JSON.
async function unpack() {
  const packed = atob(document.getElementById("data").textContent);
  const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

const number = (n) => n.toLocaleString("en");

function bytesText(n) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  for (; n >= 1000 && unit < units.length - 1; unit++) n /= 1000;
  return `${unit ? n.toFixed(1) : n} ${units[unit]}`;
}

function durationText(us) {
  if (us < 1000) return `${us} µs`;
  if (us < 1e6) return `${(us / 1000).toFixed(us < 1e5 ? 2 : 0)} ms`;
  return us < 12e7 ? `${(us / 1e6).toFixed(2)} s` : `${Math.floor(us / 6e7)} min ${Math.round(us / 1e6) % 60} s`;
}

// Light or dark: what the reader's system says, until the button is used.
function addThemeButton() {
  const root = document.documentElement;
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const button = el("button", { class: "theme", type: "button" });
  const show = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; show(); });
  show();
  document.querySelector("header").prepend(button);
}

// Arrow keys among items of which one has the focus (a roving tabindex). next: (key, index) => index or undefined.
function rove(items, next, choose) {
  const focus = (index) => {
    items.forEach((item, i) => { item.tabIndex = i === index ? 0 : -1; });
    items[index].focus();
  };
  items.forEach((item, index) => {
    item.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(index); return; }
      const to = next(event.key, index);
      if (to === undefined || !items[to]) return;
      event.preventDefault();
      focus(to);
    });
    item.addEventListener("click", () => { focus(index); choose(index); });
  });
}
