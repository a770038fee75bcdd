// A form that was filled in is not left without a word.
const form = document.getElementById("recording");
let unsaved = "unsaved" in form.dataset;
form.addEventListener("input", () => (unsaved = true));
form.addEventListener("submit", () => (unsaved = false));
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
