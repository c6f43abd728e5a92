// What scrolls sideways can be reached by keyboard, and only that: a stop at every formula would be a nuisance.
const SCROLLS = {
  "pre": "Code",
  ".cell_output": "Output",
  ".katex-display": "Formula",
  ".pst-scrollable-table-container": "Table",
};

function markScrollable(place) {
  const parts = Object.entries(SCROLLS).flatMap(([selector, name]) =>
    [...place.querySelectorAll(selector)].filter((part) => !part.closest(LATER)).map((part) => [part, name]));
  // All sizes are read before anything is written: else the browser would lay the page out again for each part.
  const scrolling = parts.map(([part]) => part.scrollWidth > part.clientWidth + 1);
  parts.forEach(([part, name], index) => {
    for (const [key, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", `${name}, scrolls sideways`]]) {
      if (scrolling[index]) part.setAttribute(key, value);
      else part.removeAttribute(key);
    }
  });
}
const markAll = () => markScrollable(document);

// The first view is drawn before the sections below are laid out; they follow one by one, when nothing else is to do.
const LATER = ".lb-first-view .bd-article > section > section ~ section:not(.lb-drawn)";
const whenIdle = window.requestIdleCallback || ((act) => setTimeout(act, 50));
function drawOn() {
  const section = document.querySelector(LATER);
  if (section) {
    section.classList.add("lb-drawn");
    markScrollable(section);
    whenIdle(drawOn);
  } else {
    document.documentElement.classList.remove("lb-first-view");
  }
}
function drawAll() {
  document.documentElement.classList.remove("lb-first-view");
  markAll();
}
function start() {
  markAll();
  whenIdle(drawOn);
}
window.addEventListener("load", () => whenIdle(start));
window.addEventListener("beforeprint", drawAll);
window.addEventListener("resize", markAll);
document.addEventListener("toggle", markAll, true); // a fold was opened

// What the theme's buttons do, and its search page; a page from a folder may not read its neighbors for excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
Documentation.TRANSLATIONS["Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories."]
  = "Nothing was found. Try another word, or its beginning; the glossary has the terms.";
window.addEventListener("DOMContentLoaded", () => {
  const onClick = (selector, act) =>
    document.querySelectorAll(selector).forEach((button) => button.addEventListener("click", act));
  onClick(".btn-download-pdf-button", () => window.print());
  onClick(".btn-fullscreen-button", () => window.toggleFullScreen());
  document.querySelector(".bd-search-container input")?.focus();
});

// Paper is light, and what is folded on the screen cannot be opened there. (Folded code is left out: lossbook.css.)
let screenTheme, closed;
window.addEventListener("beforeprint", () => {
  screenTheme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  closed = [...document.querySelectorAll(".bd-article details:not(.hide, [open])")];
  closed.forEach((fold) => (fold.open = true));
});
window.addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = screenTheme;
  closed.forEach((fold) => (fold.open = false));
});
