// What scrolls sideways can be reached by keyboard, and only that: a stop at every formula would be a nuisance.
const SCROLLS = {
  "pre": "Code",
  ".cell_output": "Output",
  ".katex-display": "Formula",
  ".pst-scrollable-table-container": "Table",
};

function markScrollable() {
  const parts = Object.entries(SCROLLS).flatMap(([selector, name]) =>
    [...document.querySelectorAll(selector)].map((part) => [part, name]));
  // All sizes are read before anything is written: else the browser would lay the page out again for each part.
  const scrolling = parts.map(([part]) => part.scrollWidth > part.clientWidth + 1);
  parts.forEach(([part, name], index) => {
    for (const [key, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", `${name}, scrolls sideways`]]) {
      if (scrolling[index]) part.setAttribute(key, value);
      else part.removeAttribute(key);
    }
  });
}
const whenIdle = window.requestIdleCallback || ((act) => setTimeout(act, 200));
window.addEventListener("load", () => whenIdle(markScrollable));
window.addEventListener("resize", markScrollable);
document.addEventListener("toggle", markScrollable, true); // a fold was opened

// What the theme's buttons do, and its search page; a page from a folder may not read its neighbors for excerpts.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
window.addEventListener("DOMContentLoaded", () => {
  const onClick = (selector, act) =>
    document.querySelectorAll(selector).forEach((button) => button.addEventListener("click", act));
  onClick(".btn-download-pdf-button", () => window.print());
  onClick(".btn-fullscreen-button", () => window.toggleFullScreen());
  document.querySelector(".bd-search-container input")?.focus();
});

// Paper is light.
let screenTheme;
window.addEventListener("beforeprint", () => {
  screenTheme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
window.addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = screenTheme;
});
