// Before the page is drawn: what the theme and its extensions write as scripts into each page.
var toggleHintShow = "Click to show";
var toggleHintHide = "Click to hide";
var toggleOpenOnPrint = "true";
var togglebuttonSelector = ".toggle, .admonition.dropdown";
{
  const root = document.documentElement;
  let mode = "auto";
  try {
    mode = localStorage.getItem("mode") || mode;
  } catch {
    // A browser that keeps nothing.
  }
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
  // Who comes to the top of a long page sees it before what lies below is laid out (lossbook.js draws it then).
  const { long } = document.currentScript.dataset;
  const arrived = performance.getEntriesByType("navigation")[0]?.type;
  if (long && arrived === "navigate" && !location.hash) root.classList.add("lb-first-view");
}
// The typefaces of formulas lie in their style sheet: read as soon as it is there, they are there at the first paint.
document.addEventListener("load", (event) => {
  if (!/formulas\.css/.test(event.target.href)) return;
  for (const face of document.fonts) if (face.family.includes("KaTeX")) face.load();
}, true);
// The text's typefaces. On the web they are asked for before the style sheet is there, and a page that has them too late
// does without, so that nothing moves; from a folder a page may not ask early, but need not do without.
for (const href of (document.currentScript.dataset.fonts || "").split(" ").filter(Boolean)) {
  const style = href.includes("italic") ? "italic" : "normal";
  if (location.protocol === "file:") {
    const family = href.includes("serif") ? "Source Serif 4 Variable" : "Source Sans 3 Variable";
    const weight = style === "italic" ? "400" : "200 900";
    document.fonts.add(new FontFace(family, `url("${new URL(href, location.href)}")`, { style, weight, display: "swap" }));
  } else if (style === "normal") {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "", href });
    document.head.append(link);
  }
}
