// J and K move through the queue and Enter opens, as on any link; the box beside the keys switches them off.
const links = [...document.querySelectorAll("[data-queue] tbody .person a")];
const keys = document.querySelector("[data-keys]");
if (keys && links.length) {
  const box = keys.querySelector("input");
  box.checked = localStorage.getItem("desk-keys") !== "off";
  box.addEventListener("change", () => localStorage.setItem("desk-keys", box.checked ? "on" : "off"));
  keys.hidden = false;
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (!step || !box.checked || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const next = links.indexOf(document.activeElement) + step;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  });
}
