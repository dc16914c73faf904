// Says under each text how much room is left, counted in characters as the server counts them.
"use strict";

const sentences = document.getElementById("counter-sentences");
for (const text of sentences ? document.querySelectorAll("textarea[data-limit]") : []) {
  const counter = document.createElement("p");
  const limit = Number(text.dataset.limit);
  counter.className = "counter";
  text.after(counter);
  const count = () => {
    const left = limit - [...text.value.trim()].length;
    counter.textContent = `${left < 0 ? sentences.dataset.over : sentences.dataset.left} ${Math.abs(left).toLocaleString(document.documentElement.lang, { numberingSystem: "latn" })}`;
    counter.classList.toggle("error", left < 0);
  };
  text.addEventListener("input", count);
  count();
}
