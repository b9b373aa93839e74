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
  drawing.scrollLeft = drawing.dataset.now - 0.75 * drawing.clientWidth;
}
