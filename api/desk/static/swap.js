// Changes the page in place: what follows the date is fetched and swapped by id, the rest stays,
// so the focus and the slider do too. One request at a time; the newest wish waits.
const PARTS = "#top:outerHTML,#strip:outerHTML,#steps:outerHTML,#foot:outerHTML";
let busy = false;
let waiting = null;

// Go to an address of this site. With replace, the step back leads past it, and what is the same
// there stays in the page.
export async function swap(address, { replace = false } = {}) {
  if (busy) {
    waiting = [address, { replace }];
    return;
  }
  busy = true;
  const path = address.split("#")[0];
  try {
    await htmx.ajax("GET", path, {
      target: "#main", select: "#main", swap: replace ? "outerMorph" : "outerHTML", selectOOB: PARTS,
      [replace ? "replace" : "push"]: path,
    });
    document.dispatchEvent(new CustomEvent("desk:swapped", { detail: { address } }));
  } finally {
    busy = false;
  }
  const next = waiting;
  waiting = null;
  if (next) await swap(...next);
}

// Links and GET forms marked data-swap, now and later.
export function listen() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-swap]");
    const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !plain || !globalThis.htmx) return;
    event.preventDefault();
    follow(link);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-swap]");
    if (!form || !globalThis.htmx) return;
    event.preventDefault();
    const pairs = [...new FormData(form, event.submitter)].filter(([, value]) => value !== "");
    swap(`${form.getAttribute("action")}?${new URLSearchParams(pairs)}`);
  });
}

async function follow(link) {
  const { cell, back } = link.dataset;
  const id = link.id;
  await swap(link.getAttribute("href"));
  if (cell) focusOn("#drawer-title");
  else if (back) focusOn(`[data-cell="${CSS.escape(back)}"]`);
  else if (document.activeElement === document.body) focusOn(id ? `#${id}` : "#main", "#main");
}

function focusOn(...wanted) {
  for (const selector of wanted) {
    const found = document.querySelector(selector);
    if (found) return found.focus();
  }
}
