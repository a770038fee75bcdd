// The slider: a day a step. It shows at once which day it stands on; the page follows.
import { shownAddress, swap } from "./swap.js";

const DAY = 86_400_000;
const slider = document.getElementById("slider");
let told = 0;
let moved = 0;
let last = { at: null, by: 0 };

function moment(value) {
  return new Date(Date.parse(slider.dataset.first) + Number(value) * DAY);
}

// A day as the server writes it.
function written(value) {
  const { format, months } = slider.dataset;
  const date = moment(value);
  return format
    .replace("{day}", date.getUTCDate())
    .replace("{month}", months.split("|")[date.getUTCMonth()])
    .replace("{year}", date.getUTCFullYear());
}

function say(value) {
  const text = Number(value) >= Number(slider.max) ? slider.dataset.live : written(value);
  document.getElementById("day").textContent = text;
  slider.setAttribute("aria-valuetext", text);
  mark(value);
}

// Pale what lies after the day.
function mark(value) {
  for (const later of document.querySelectorAll(".later")) later.setAttribute("x", Number(value) + 1);
}

function address(value) {
  const found = shownAddress();
  for (const name of ["as_of", "tz", "known_at", "valid_at", "recorded_at", "seq"]) {
    found.searchParams.delete(name);
  }
  if (Number(value) < Number(slider.max)) {
    found.searchParams.set("as_of", moment(value).toISOString().slice(0, 10));
  }
  return found.pathname + found.search;
}

function go() {
  say(slider.value);
  const at = Number(slider.value);
  const by = at - last.at;
  const on = at + by;
  const isSteady = by === last.by && on >= slider.min && on < slider.max;
  // The first step of a drag is one that leads back to where it began; those after it replace it.
  const replace = Date.now() - moved < 3000;
  swap(address(at), { keep: true, replace, next: isSteady && replace ? address(on) : undefined });
  moved = Date.now();
  last = { at, by };
}

export function move(days) {
  slider.value = Number(slider.value) + days;
  go();
}

// Offer the zone of the reader's machine beside those of the talks.
function offerOwnZone() {
  const own = document.createElement("option");
  own.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  document.getElementById("zones")?.append(own);
}

export function start() {
  if (!slider) return;
  offerOwnZone();
  slider.parentElement.hidden = false;
  slider.addEventListener("input", go);
  const rail = document.getElementById("rail");
  rail.addEventListener("pointerdown", (event) => freshen(event.target.closest(".bands a")));
  rail.addEventListener("click", (event) => {
    const week = event.target.closest("a[data-at]");
    if (!week || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    slider.value = week.dataset.at;
    go();
  });
  slider.addEventListener("keydown", (event) => {
    const days = { PageUp: 30, PageDown: -30 }[event.key];
    if (!days) return;
    event.preventDefault();
    move(days);
  });
  document.addEventListener("desk:swapped", follow);
  document.addEventListener("desk:failed", fallBack);
}

// The bands stay where the page is swapped, so their links are still those of the date when they came:
// a week leads to its end on this page, a stretch that nobody watched to another page as of this date.
function freshen(link) {
  if (!link) return;
  if (link.dataset.at) return link.setAttribute("href", address(link.dataset.at));
  const [path, query] = link.getAttribute("href").split("?");
  const fresh = new URLSearchParams(document.querySelector("#top .title").search);
  for (const name of ["from", "to"]) fresh.set(name, new URLSearchParams(query).get(name));
  link.setAttribute("href", `${path}?${fresh}`);
}

// After a swap that failed: stand again where the page stands.
function fallBack() {
  const { at, shown } = document.getElementById("steps").dataset;
  slider.value = at;
  slider.setAttribute("aria-valuetext", shown);
  document.getElementById("day").textContent = shown;
  mark(at);
}

// After a swap: stand where the page stands, and tell what changed once it rests.
function follow() {
  const { at } = document.getElementById("steps").dataset;
  if (document.activeElement !== slider) {
    slider.value = at;
    mark(at);
  }
  clearTimeout(told);
  told = setTimeout(() => {
    document.getElementById("said").textContent = document.getElementById("main").dataset.told;
  }, 400);
}
