// What a date means, shown at its field while it is typed: the server reads it, as it will when
// it is sent.
const PAUSE = 250;

// The day from which dates of the form count: the one that it names, or that of its report.
function anchorOf(field) {
  if (field.hasAttribute("data-anchor")) return "";
  const { anchor, "reports.published": published } = field.form.elements;
  return anchor?.value.trim() || (field === published ? "" : published?.value.trim()) || "";
}

// The zone of a field: that of its event, or report, or of the first event.
function zoneOf(field) {
  const { elements } = field.form;
  const part = field.name.slice(0, field.name.lastIndexOf(".") + 1);
  return elements[`${part}tz`]?.value.trim() || elements.tz?.value.trim();
}

async function tell(field, hint, { spans, told }) {
  const text = field.value.trim();
  const address = new URL(spans, location.href);
  address.searchParams.set("when", text);
  const anchor = anchorOf(field);
  if (anchor) address.searchParams.set("anchor", anchor);
  const zone = zoneOf(field);
  if (zone) address.searchParams.set("tz", zone);
  const answer = text && (await fetch(address).catch(() => null));
  if (field.value.trim() !== text) return; // typed on: a later answer tells
  const { when_told: when, when_edtf: edtf, when_wrong: wrong } = answer?.ok ? (await answer.json()).data : {};
  hint.textContent = when ? told.replace("{}", when) : wrong ?? hint.dataset.plain;
  if (when && edtf) {
    const code = document.createElement("code");
    code.textContent = edtf;
    hint.append(" ", code);
  }
  hint.classList.toggle("fault", Boolean(wrong));
}

export function start() {
  for (const field of document.querySelectorAll("[data-span]")) {
    const hint = document.getElementById(field.getAttribute("aria-describedby"));
    hint.dataset.plain ??= hint.textContent;
    let waiting = 0;
    const read = () => {
      clearTimeout(waiting);
      waiting = setTimeout(tell, PAUSE, field, hint, field.form.dataset);
    };
    field.addEventListener("input", read);
    if (field.value !== field.defaultValue) read(); // typed before this script came
  }
}
