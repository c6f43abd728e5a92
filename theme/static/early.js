// Before the page is drawn: what the theme and its extensions write as scripts into each page.
var toggleHintShow = "Click to show";
var toggleHintHide = "Click to hide";
var toggleOpenOnPrint = "true";
var togglebuttonSelector = ".toggle, .admonition.dropdown";
{
  const root = document.documentElement;
  const mode = localStorage.getItem("mode") || "auto";
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
}
// The text's typefaces, asked for before the style sheet is there; from a folder a page may not.
if (location.protocol !== "file:") {
  for (const href of (document.currentScript.dataset.fonts || "").split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href });
    document.head.append(link);
  }
}
