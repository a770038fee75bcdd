// Changes the page in place: what follows the date is fetched and swapped by id, the rest stays,
// so the focus and the slider do too. One request at a time; the newest wish waits. While an answer
// is put into the page, the next one is on its way: for what waits, or where a drag is likely to go.
const PARTS = "#who:outerHTML,#top:outerHTML,#strip:outerHTML,#steps:outerHTML,#happened:outerHTML,#foot:outerHTML";
const PATIENCE = 300;
const TOUCHES = ["pointerdown", "keydown", "focusin"];
const FRESH = 3000;
let swapper = null;
let ahead = null;
let busy = false;
let waiting = null;
let coming = null;
let slow = 0;

// Fetch what swaps, once: at the first touch, for a page that is only read needs none of it.
function prepare() {
  swapper ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("[data-swapper]").dataset.swapper;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  }).then(() => {
    // What stayed in its place comes as an empty element, for which the one that is there is left alone.
    htmx.registerExtension("same", {
      htmx_before_morph_node: (old, { newNode }) => !newNode.hasAttribute?.("data-same"),
      htmx_after_request: (_, { ctx }) => askAhead(ctx),
    });
  }).catch((error) => {
    swapper = null;
    throw error;
  });
  return swapper;
}

// Say under the rail what is still shown, in the words that it has for this; hide it without any.
function tell(name) {
  const behind = document.getElementById("behind");
  if (!behind) return;
  behind.hidden = !name;
  const { shown } = document.getElementById("steps").dataset;
  behind.textContent = name ? behind.dataset[name].replace("{shown}", shown) : "";
}

// Until the answer is there, what is shown is of before: pale, and after a while in words too.
function begin() {
  document.getElementById("main").setAttribute("aria-busy", "true");
  document.getElementById("top").dataset.before = "";
  clearTimeout(slow);
  slow = setTimeout(tell, PATIENCE, "loading");
}

// What is swapped no longer bears the mark of before; without an answer it still does.
function end() {
  clearTimeout(slow);
  const failed = "before" in document.getElementById("top").dataset;
  document.getElementById("main").removeAttribute("aria-busy");
  tell(failed ? "failed" : "");
  return failed;
}

// Ask for the next page, by what the one that came has: what waits, or else what is likely.
function askAhead({ next, text, request, response }) {
  if (waiting?.[1].keep) [coming, waiting] = [waiting, null];
  const address = coming?.[0] ?? (waiting ? null : next);
  if (!address || response.status >= 400) return;
  const have = / data-have="(\w+)"/.exec(text)?.[1];
  const { mode, credentials, headers: { Have, ...headers } } = request;
  const answer = fetch(address, { mode, credentials, headers: have ? { ...headers, Have: have } : headers });
  answer.catch(() => null);
  ahead = { address, have, until: Date.now() + FRESH, answer };
}

// Fetch a page, unless what was asked ahead is this one, for this page, a moment ago.
function load(path, request) {
  const asked = ahead;
  ahead = null;
  const isIt = asked?.address === path && asked.have === request.headers.Have && Date.now() < asked.until;
  return isIt ? asked.answer : fetch(path, request);
}

// Go to an address of this site. With keep, what is the same there stays in the page; with replace,
// the step back leads past it. Next is the address to which the reader is likely to go after it.
export async function swap(address, { keep = false, replace = false, next } = {}) {
  if (busy) {
    waiting = [address, { keep, replace: replace && waiting?.[1].replace !== false, next }];
    return;
  }
  busy = true;
  begin();
  const path = address.split("#")[0];
  const { have } = document.getElementById("foot").dataset;
  try {
    await prepare();
    await htmx.ajax("GET", path, {
      target: "#main", select: "#main", swap: keep ? "outerMorph" : "outerHTML", selectOOB: PARTS,
      [replace ? "replace" : "push"]: path, headers: keep && have ? { Have: have } : {},
      fetch: load, next,
    });
  } catch {
    // told below: what was to be swapped stands as it did
  }
  busy = false;
  const wish = coming ?? waiting;
  if (!coming) waiting = null;
  coming = null;
  if (wish) return swap(...wish);
  const failed = end();
  document.dispatchEvent(new CustomEvent(failed ? "desk:failed" : "desk:swapped", { detail: { address } }));
}

// A pinned page stands under its short address.
const permanent = () => document.querySelector("#permalink[data-pinned]");

export const shownAddress = () =>
  new URL(location.pathname.startsWith("/k/") ? permanent().href : location.href);

// Links and GET forms marked data-swap, now and later.
export function listen() {
  const short = permanent()?.dataset.short;
  if (short) history.replaceState(history.state, "", short + location.hash);
  for (const name of TOUCHES) {
    document.addEventListener(name, () => prepare().catch(() => null), { once: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-swap]");
    const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !plain) return;
    freshen(link);
    event.preventDefault();
    follow(link);
  });
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, (event) => freshen(event.target.closest?.("a[data-cell], a[data-opens], a[data-asks], a[data-dated]")));
  }
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-swap]");
    if (!form) return;
    event.preventDefault();
    const pairs = [...new FormData(form, event.submitter)].filter(([, value]) => value !== "");
    swap(`${form.getAttribute("action")}?${new URLSearchParams(pairs)}`);
  });
}

// An address in what was left alone is still that of the day when it came: of a cell, of this page
// asked for something else, or of another page as of that day.
function freshen(link) {
  if (!link) return;
  const { cell, opens, asks, dated } = link.dataset;
  if (dated !== undefined) link.search = document.querySelector("#top .title").search;
  const [name, value] = asks?.split("=") ?? ["cell", cell ?? opens];
  if (!value) return;
  const fresh = shownAddress();
  fresh.searchParams.set(name, value);
  link.href = fresh.pathname + fresh.search.replaceAll("%2F", "/") + (name === "cell" ? "#drawer" : "");
}

async function follow(link) {
  const { cell, back } = link.dataset;
  const id = link.id;
  const place = `[data-cell="${CSS.escape(cell ?? back ?? "")}"]`;
  const top = topOf(place);
  await swap(link.getAttribute("href"), { keep: Boolean(cell ?? back) });
  if (top !== undefined) stayAt(place, top);
  if (cell) focusOn("#drawer-title");
  else if (back) focusOn(place);
  else if (document.activeElement === document.body) focusOn(id ? `#${id}` : "#main", "#main");
}

// The reader stays with a cell that opens or closes: its sheet scrolls to where it was in the
// window, and the window by what is left.
function stayAt(place, top) {
  const found = document.querySelector(place);
  found?.scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const scroller of found ? [found.closest(".sheet"), window] : []) {
    scroller?.scrollBy(0, topOf(place) - top);
  }
}

// Where something is in the window.
function topOf(selector) {
  return document.querySelector(selector)?.getBoundingClientRect().top;
}

function focusOn(...wanted) {
  for (const selector of wanted) {
    const found = document.querySelector(selector);
    if (!found) continue;
    found.focus({ preventScroll: true });
    return found.scrollIntoView({ block: "nearest" });
  }
}
