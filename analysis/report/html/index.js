// SPDX-License-Identifier: Apache-2.0
// The index of runs: its table is sortable.

function main() {
  addThemeButton();
  const table = document.getElementById("runs");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const keys = [...table.tHead.rows[0].cells].map((head, i) => (row) => {
    const text = row.cells[i].textContent;
    return row.cells[i].classList.contains("num") ? Number(text) : text;
  });
  sortable(table, keys, rows, () => body.append(...rows));
  document.documentElement.dataset.ready = "yes";
}
main();
