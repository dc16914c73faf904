// Saves a step quietly a moment after typing stops, and says so; what cannot be sent stays on the page and is tried again.
"use strict";

const seen = document.getElementById("seen");
const said = document.getElementById("saved");
const PAUSE = 2500;
const AGAIN = 10000;
let waiting = 0;
let typed = 0;
let kept = 0;
let running = false;

function say(what) {
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", numberingSystem: "latn" });
  said.textContent = ["failed", "closed"].includes(what) ? said.dataset[what] : `${said.dataset[what]} ${time}`;
  said.classList.toggle("error", ["failed", "closed"].includes(what));
}

function later(pause) {
  clearTimeout(waiting);
  waiting = setTimeout(save, pause);
}

async function save(leaving) {
  clearTimeout(waiting);
  if (running || typed === kept) return;
  running = true;
  const sent = typed;
  try {
    const answer = await fetch(seen.form.action, {
      method: "POST", body: new URLSearchParams(new FormData(seen.form)), headers: { "X-Saved-Quietly": "1" }, keepalive: leaving === true,
    });
    if (answer.ok && answer.headers.get("Content-Type") === "application/json") {
      const told = await answer.json();
      seen.value = told.seen;
      kept = sent;
      say(told.both ? "both" : told.whole ? "saved" : "partly");
    } else if (answer.status >= 500 || answer.status === 429) {
      say("failed");
      later(AGAIN);
    } else {
      kept = sent;
      say("closed");
    }
  } catch {
    say("failed");
    later(AGAIN);
  } finally {
    running = false;
    if (typed !== sent) later(PAUSE);
  }
}

if (seen && said) {
  // What the browser would put back into the fields is older than what was saved, and would seem to have been typed.
  seen.form.autocomplete = "off";
  const changed = () => { typed += 1; later(PAUSE); };
  seen.form.addEventListener("input", changed);
  seen.form.addEventListener("change", changed);
  seen.form.addEventListener("submit", () => { clearTimeout(waiting); kept = typed; });
  addEventListener("online", () => save());
  addEventListener("pagehide", () => save(true));
  addEventListener("beforeunload", (event) => { if (said.classList.contains("error") && typed !== kept) event.preventDefault(); });
}
