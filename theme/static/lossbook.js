// What scrolls sideways can be reached by keyboard, and only that: a stop at every formula would be a nuisance.
function markScrollable() {
  for (const part of document.querySelectorAll(
    ".katex-display, pre, .cell_output, .pst-scrollable-table-container",
  )) {
    if (part.scrollWidth > part.clientWidth + 1) part.setAttribute("tabindex", "0");
    else part.removeAttribute("tabindex");
  }
}
window.addEventListener("load", markScrollable);
window.addEventListener("resize", markScrollable);
