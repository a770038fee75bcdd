// A page that is pinned stands under its short permanent address; what it leads to is built from the
// whole one, which has the clocks as parameters.
function permanent() {
  return document.querySelector("#permalink[data-pinned]");
}

// The address whose parameters say what is shown.
export function shownAddress() {
  const isShort = location.pathname.startsWith("/k/");
  return new URL(isShort ? permanent().href : location.href);
}

export function start() {
  const short = permanent()?.dataset.short;
  if (short) history.replaceState(history.state, "", short + location.hash);
}
