// Draws the OpenAPI description of this server, in the theme of the other pages.
const dark = matchMedia("(prefers-color-scheme: dark)");
const applyTheme = () => {
  const theme = document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  document.documentElement.classList.toggle("dark-mode", theme === "dark");
};
applyTheme();
dark.addEventListener("change", applyTheme);

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null, // the default sends the description to another server
  // The page has a main part already; a second one would be announced in it.
  onComplete: () => document.getElementById("operations")?.setAttribute("role", "group"),
});
