// Adds the reader's own clock to moments that are given in UTC and New York time.
"use strict";

for (const time of document.querySelectorAll("time[data-label]")) {
  const written = new Date(time.dateTime).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", numberingSystem: "latn" });
  time.textContent = `${written} ${time.dataset.label}`;
}
