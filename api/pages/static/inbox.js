// A page that is read goes to the form by a bookmark: address and title in the query, its words behind
// the sign #, which no server sees.
const MOST = 200000;

function offer() {
  const place = document.getElementById("bookmarking");
  const form = location.origin + location.pathname;
  const code = `void(open('${form}?url='+encodeURIComponent(location.href)+'&title='`
    + "+encodeURIComponent(document.title.slice(0,190))+'#'"
    + `+encodeURIComponent((String(getSelection())||document.body.innerText).slice(0,${MOST}))))`;
  place.querySelector("a").href = `javascript:${code}`;
  place.hidden = false;
}

function take() {
  const words = document.getElementById("b-text");
  if (location.hash.length < 2 || words.value) return;
  try {
    words.value = decodeURIComponent(location.hash.slice(1));
  } catch {
    return; // a fragment that is none of ours
  }
  history.replaceState(history.state, "", location.pathname + location.search);
  document.getElementById("bring").scrollIntoView();
}

// The passage of the draft that is looked at comes into sight within the text.
function show() {
  const passage = document.querySelector(".draft-passage[aria-current]");
  const text = passage?.closest(".words-of");
  if (text) text.scrollTop += passage.getBoundingClientRect().top - text.getBoundingClientRect().top - 40;
}

// Ways to other drafts are links only where a script saves what was typed; else they are buttons.
function lead() {
  for (const way of document.querySelectorAll("[data-href]")) {
    const link = document.createElement("a");
    for (const { name, value } of way.attributes) if (name !== "data-href") link.setAttribute(name, value);
    link.href = way.dataset.href;
    link.append(...way.childNodes);
    way.replaceWith(link);
  }
}

// What was typed is saved before a link leads to another draft.
function keep() {
  const form = document.getElementById("recording");
  const save = form?.querySelector("button[value=save]");
  if (!save) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-draft]");
    const elsewhere = event.button || event.metaKey || event.ctrlKey || event.shiftKey;
    if (!link || elsewhere || !("unsaved" in form.dataset)) return;
    event.preventDefault();
    save.value = `go:${link.dataset.draft}`;
    form.requestSubmit(save);
  });
}

export function start() {
  if (document.getElementById("bring")) {
    offer();
    take();
  }
  lead();
  show();
  keep();
}
