// Asks for a page again while it tells how far a job is, and shows the whole page once the job has ended.
async function look() {
  try {
    const answer = await fetch(location.href);
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-progress]");
    if (answer.ok && !next) return location.reload();
    if (answer.ok) document.querySelector("[data-progress]").replaceChildren(...next.childNodes);
  } catch { /* the line is down; the next look may find it up again */ }
  setTimeout(look, 2000);
}
if (document.querySelector("[data-progress]")) setTimeout(look, 2000);
