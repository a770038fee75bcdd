// The pages work without this; with it they change in place. Each module keeps to one matter.
import { start as keys } from "./keys.js";
import { start as rail } from "./rail.js";
import { listen } from "./swap.js";
import { start as visit } from "./visit.js";

function theme() {
  const choice = document.getElementById("theme");
  if (!choice) return;
  choice.closest("[hidden]").hidden = false;
  choice.value = document.documentElement.dataset.theme ?? "auto";
  choice.addEventListener("change", () => {
    localStorage.setItem("theme", choice.value);
    if (choice.value === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice.value;
  });
}

// Buttons that copy an element's text; shown only where that works.
function copying() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText.trim());
  document.getElementById("said").textContent = button.textContent = button.dataset.done;
});
document.addEventListener("desk:swapped", copying);

if (document.querySelector("[data-span]")) import("./spans.js").then(({ start }) => start());
if (document.querySelector("#bring, .reading")) import("./inbox.js").then(({ start }) => start());
if (document.getElementById("recording")) import("./recording.js");

listen();
theme();
rail();
keys();
visit();
copying();
