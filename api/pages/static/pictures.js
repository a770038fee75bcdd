// Arrow keys go from mark to mark of a picture, so that Tab passes it in one step; and copying.
const LINKS = "svg .p-link";

function visibleLinks(picture) {
  return [...picture.querySelectorAll(LINKS)].filter((link) => link.getBoundingClientRect().width);
}

function letOneIn(picture, chosen) {
  for (const link of picture.querySelectorAll(LINKS)) link.setAttribute("tabindex", "-1");
  chosen?.setAttribute("tabindex", "0");
}

function middle(link) {
  const box = link.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

// The nearest mark in the direction of a key; what lies off to the side counts three times as far.
function nearest(from, links, across, forward) {
  const start = middle(from);
  let best = null;
  let least = Infinity;
  for (const link of links) {
    const place = middle(link);
    const along = (across ? place.x - start.x : place.y - start.y) * forward;
    const aside = Math.abs(across ? place.y - start.y : place.x - start.x);
    const distance = along + 3 * aside;
    if (link !== from && along > 0.5 && distance < least) [best, least] = [link, distance];
  }
  return best;
}

const STEPS = { ArrowRight: [true, 1], ArrowLeft: [true, -1], ArrowDown: [false, 1], ArrowUp: [false, -1] };

function move(event) {
  const link = event.target.closest?.(LINKS);
  const step = STEPS[event.key];
  if (!link || !step || event.altKey || event.ctrlKey || event.metaKey) return;
  const picture = link.closest("[data-picture]");
  const next = nearest(link, visibleLinks(picture), ...step);
  event.preventDefault();
  event.stopPropagation();
  if (!next) return;
  letOneIn(picture, next);
  next.focus();
}

async function copy(event) {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard?.writeText(field.value);
  button.textContent = button.dataset.copied;
}

function prepare() {
  for (const picture of document.querySelectorAll("[data-picture]")) letOneIn(picture, visibleLinks(picture)[0]);
  for (const button of document.querySelectorAll("[data-copy]")) button.parentElement.hidden = !navigator.clipboard;
}

document.addEventListener("keydown", move, true);
document.addEventListener("click", copy);
new MutationObserver(prepare).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", prepare);
prepare();
