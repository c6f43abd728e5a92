// Slider figures: show what lossbook.plots.slider drew and said for each position.
window.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll(".slider-figure")) {
    const { start, words, moves, drag } = JSON.parse(figure.querySelector("script").textContent);
    const [svg, input] = ["svg", "input"].map((name) => figure.querySelector(name));
    const parts = figure.querySelectorAll(".moves");
    const lines = figure.querySelectorAll("output span");

    const show = (at) => {
      parts.forEach((part, number) => (part.innerHTML = moves[number][at]));
      lines.forEach((line, number) => (line.textContent = words[at][number]));
      input.setAttribute("aria-valuetext", words[at].join(". "));
    };
    input.addEventListener("input", () => show(input.value));
    window.addEventListener("beforeprint", () => show(start));
    window.addEventListener("afterprint", () => show(input.value));

    if (drag) {
      const follow = (event) => {
        const inside = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
        input.value = Math.round((input.max * (inside.x - drag[0])) / (drag[1] - drag[0]));
        show(input.value);
      };
      // A finger on the picture may be about to scroll the page: it is followed when it moves aside, or taps.
      const mouse = (event) => event.pointerType === "mouse";
      let from;
      svg.addEventListener("pointerdown", (event) => {
        if (event.button) return; // not the first one
        from = event;
        svg.setPointerCapture(event.pointerId);
        if (mouse(event)) follow(event);
      });
      svg.addEventListener("pointermove", (event) => {
        if (!svg.hasPointerCapture(event.pointerId)) return;
        const [aside, down] = ["clientX", "clientY"].map((way) => Math.abs(event[way] - from[way]));
        if (mouse(event) || aside > down) follow(event);
      });
      svg.addEventListener("click", follow);
    }
  }
});
