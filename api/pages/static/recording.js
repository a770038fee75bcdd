// A form that was filled in is not left without a word.
const form = document.getElementById("recording");
form.addEventListener("input", () => (form.dataset.unsaved = ""));
form.addEventListener("submit", () => delete form.dataset.unsaved);
addEventListener("beforeunload", (event) => {
  if ("unsaved" in form.dataset) event.preventDefault();
});
