// The live figure on the first page: read the arrays that the package computed, follow the slider.
window.addEventListener("DOMContentLoaded", () => {
  const figure = document.getElementById("live-figure");
  if (!figure) return;
  const data = JSON.parse(figure.querySelector("script").textContent);
  const slider = figure.querySelector("input");
  const [width, base, height, top] = data.drawing;
  const marks = [...figure.querySelectorAll(".mark")];
  const readings = [...figure.querySelectorAll(".reading")];
  const line = figure.querySelector(".guess");

  function follow() {
    const guess = Number(slider.value);
    const at = Math.round((guess - data.low) / data.step);
    const x = (width * (guess - data.low)) / (slider.max - slider.min);
    line.setAttribute("x1", x);
    line.setAttribute("x2", x);
    const said = data.curves.map((curve, rule) => {
      const y = base - (height * (curve[at] - 1)) / (top - 1);
      marks[rule].setAttribute("cx", x);
      marks[rule].setAttribute("cy", Math.max(y, -20));
      readings[rule].textContent = `: ${curve[at].toFixed(2)} × the least`;
      return readings[rule].parentNode.textContent.replace("×", "times");
    });
    const dollars = `$${guess.toLocaleString("en-US")}`;
    figure.querySelector("output").textContent = dollars;
    slider.setAttribute("aria-valuetext", `${dollars}. ${said.join(". ")}`);
  }

  slider.addEventListener("input", follow);
  follow();
});
