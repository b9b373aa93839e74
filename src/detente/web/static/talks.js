"use strict";
// Comfort only: the slider tells its day while it is moved, and shows that day's table when it is let go.
for (const form of document.querySelectorAll("form.slide")) {
  const days = form.dataset.days.split(" ");
  const slider = form.elements.step, told = form.querySelector("output");
  const words = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  slider.addEventListener("input", () => {
    told.textContent = words.format(new Date(days[slider.value]));
    slider.setAttribute("aria-valuetext", told.textContent);
  });
  slider.addEventListener("change", () => form.requestSubmit());
  form.querySelector(".go").hidden = true;
}
// A drawing that is wider than its window shows what is going on now first.
for (const drawing of document.querySelectorAll(".drawing[data-now]")) {
  const lanes = drawing.querySelector(".lanes");
  // what each line is of stays in sight
  drawing.addEventListener("scroll", () => lanes?.setAttribute("transform", `translate(${drawing.scrollLeft},0)`));
  drawing.scrollLeft = drawing.dataset.now - 0.75 * drawing.clientWidth;
}
// Quotes are closed until they are asked for; on paper nobody can ask.
const closed = () => document.querySelectorAll("main details:not([open]):not(.decide):not(.naming)");
let opened = [];
addEventListener("beforeprint", () => { opened = Array.from(closed()); opened.forEach((one) => { one.open = true; }); });
addEventListener("afterprint", () => { opened.forEach((one) => { one.open = false; }); opened = []; });
for (const button of document.querySelectorAll(".openall")) {
  button.hidden = closed().length === 0;
  button.addEventListener("click", () => { closed().forEach((one) => { one.open = true; }); button.hidden = true; });
}
