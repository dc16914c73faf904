// Adds the reader's own clock to moments that are given in UTC and New York time.
"use strict";

// The pages write English days as the United Nations do; the browser's own English is that of the United States.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

for (const time of document.querySelectorAll("time[data-label]")) {
  const written = new Date(time.dateTime).toLocaleString(language, { dateStyle: "long", timeStyle: "short", hourCycle: "h23", numberingSystem: "latn" });
  time.textContent = `${written} ${time.dataset.label}`;
}
