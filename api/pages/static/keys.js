// Keys of one letter; none while typing, none with a modifier, none when they are switched off.
const list = document.getElementById("keys");
const on = document.getElementById("keys-on");
let going = 0;

function typing(target) {
  return target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]");
}

function press(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return Boolean(found);
}

const KEYS = {
  "/": () => document.getElementById("q")?.focus() ?? true,
  "[": () => press("#previous"),
  "]": () => press("#next"),
  c: () => press('nav [data-key="c"]'),
  y: () => press("#permalink"),
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
  return KEYS[event.key]?.() ?? false;
}

export function start() {
  if (!list) return;
  on.checked = localStorage.getItem("keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("keys", on.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!event.defaultPrevented && pressed(event)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("#keys-link")) return;
    event.preventDefault();
    list.showModal();
  });
}
