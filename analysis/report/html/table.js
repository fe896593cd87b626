// SPDX-License-Identifier: Apache-2.0
// Tables that are sorted by a click on a column's head.

// rows: of cells' values; show: gets the rows in the wanted order.
function sortable(table, keys, rows, show) {
  const heads = [...table.tHead.rows[0].cells];
  const collator = new Intl.Collator("en", { numeric: true });
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);
  heads.forEach((head, i) => {
    if (!keys[i]) return;
    const button = el("button", { type: "button" }, head.textContent);
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const isUp = head.getAttribute("aria-sort") === "descending" || (head.getAttribute("aria-sort") === "none" && !head.classList.contains("num"));
      heads.forEach((other) => { if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none"); });
      head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      rows.sort((a, b) => (isUp ? 1 : -1) * compare(keys[i](a), keys[i](b)));
      show();
    });
  });
}
