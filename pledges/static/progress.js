// The progress of a build, asked for every two seconds; the page loads anew when it ends.
const shown = document.querySelector("[data-progress]");
const bar = shown.querySelector("progress");
const told = shown.querySelector("[data-told]");
async function ask() {
  const answer = await fetch(shown.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const now = await answer.json();
  if (now.state !== shown.dataset.state) location.reload();
  told.textContent = [now.language, now.part].filter(Boolean).join(" · ");
  if (now.total) {
    bar.max = now.total;
    bar.value = now.done;
  } else bar.removeAttribute("value");
}
setInterval(ask, 2000);
