// Change what stands in the page to what came, and leave the very nodes that are the same: a day
// further most of a page is, and what is left alone is neither laid out nor painted again.
export function merge(old, now) {
  if (old.isEqualNode(now)) return;
  if (!alike(old, now)) {
    old.replaceWith(now);
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!now.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of now.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const fresh = [...now.childNodes];
  [...old.childNodes].forEach((each, n) => merge(each, fresh[n]));
}

// Elements that are of the same thing and hold as many nodes.
function alike(old, now) {
  return old.nodeType === Node.ELEMENT_NODE && old.nodeName === now.nodeName && old.id === now.id
    && old.dataset.cell === now.dataset.cell && old.childNodes.length === now.childNodes.length;
}

// As a way to swap of its own; nothing that came asks htmx for anything.
export function register() {
  globalThis.htmx?.registerExtension("merge", {
    handle_swap(style, target, fragment) {
      if (style !== "merge") return false;
      merge(target, fragment.firstElementChild);
      return [];
    },
  });
}
