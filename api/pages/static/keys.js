// Keys of one letter; none while typing, none with a modifier, none when they are switched off.
const list = document.getElementById("keys");
const on = document.getElementById("keys-on");
let going = 0;
let said = 0;

function typing(target) {
  return target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]");
}

function press(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
}

// The short permanent address goes to the clipboard, and that is said; where it cannot, follow it.
function copyLink() {
  const { short, copied } = document.getElementById("permalink")?.dataset ?? {};
  if (!short || !navigator.clipboard) return press("#permalink");
  const address = location.origin + short;
  navigator.clipboard.writeText(address).then(() => {
    const note = document.getElementById("copied");
    note.textContent = copied.replace("{address}", address);
    note.hidden = false;
    clearTimeout(said);
    said = setTimeout(() => (note.hidden = true), 4000);
  }, () => press("#permalink"));
  return true;
}

const KEYS = {
  "/": () => document.getElementById("q")?.focus() ?? true,
  "[": () => press("#previous"),
  "]": () => press("#next"),
  c: () => press('nav [data-key="c"]'),
  y: copyLink,
  "?": () => list.showModal() ?? true,
};

function pressed(event) {
  if (event.key === "Escape" && !list.open) return press("#close");
  if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return false;
  if (Date.now() - going < 1500 && /^[a-z]$/.test(event.key)) {
    going = 0;
    return press(`nav [data-key="${event.key}"]`);
  }
  if (event.key === "g") going = Date.now();
  return KEYS[event.key]?.() ?? (event.key.length === 1 && press(`#main [data-press="${CSS.escape(event.key)}"]`));
}

// In a matrix the arrows lead from cell to cell, and Tab comes to one of them: past the rest.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function cellsOf(row) {
  return [...row.querySelectorAll("td > a")];
}

function walk(event) {
  const link = event.target.closest?.(".matrix td > a");
  const step = STEPS[event.key];
  if (!link || !step || event.ctrlKey || event.metaKey || event.altKey) return false;
  const row = link.closest("tr");
  const at = cellsOf(row).indexOf(link);
  const rows = [...row.parentElement.rows].filter((each) => cellsOf(each).length);
  const next = rows[rows.indexOf(row) + step[1]];
  const cells = next ? cellsOf(next) : [];
  const found = cells[Math.min(at + step[0], cells.length - 1)];
  if (found) {
    stand(found);
    found.focus({ preventScroll: true });
    found.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  return true;
}

// One cell of each matrix can be reached by Tab: the last one that was, else the first.
function stand(link) {
  for (const each of link.closest(".matrix").querySelectorAll("td > a")) each.tabIndex = -1;
  link.tabIndex = 0;
}

function gather() {
  for (const matrix of document.querySelectorAll(".matrix")) {
    const first = matrix.querySelector("td > a[aria-current], td:not(.nobody) > a") ?? matrix.querySelector("td > a");
    if (first) stand(first);
  }
}

export function start() {
  gather();
  document.addEventListener("desk:swapped", gather);
  document.addEventListener("focusin", (event) => {
    const link = event.target.closest?.(".matrix td > a");
    if (link) stand(link);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#short-link") || event.metaKey || event.ctrlKey || !navigator.clipboard) return;
    event.preventDefault();
    copyLink();
  });
  if (!list) return;
  on.checked = localStorage.getItem("keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && (walk(event) || pressed(event))) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#keys-link")) return;
    event.preventDefault();
    list.showModal();
  });
}
