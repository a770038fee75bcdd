// What was recorded since the last visit: this browser remembers how far it has seen.
export function start() {
  const { negotiation, seq } = document.getElementById("foot")?.dataset ?? {};
  if (!negotiation) return;
  const name = `seen:${negotiation}`;
  const seen = sessionStorage.getItem(name) ?? localStorage.getItem(name);
  if (seen) sessionStorage.setItem(name, seen); // one visit lasts as long as the window
  localStorage.setItem(name, seq);
  const show = () => {
    const note = document.getElementById("visit");
    if (!note || !seen || Number(seq) <= Number(seen)) return;
    const link = note.querySelector("a");
    const address = new URL(link.href);
    address.searchParams.set("after", seen);
    link.href = address.pathname + address.search;
    note.hidden = false;
  };
  document.addEventListener("desk:swapped", show);
  show();
}
