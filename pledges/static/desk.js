// Keys for whoever decides all day; the box beside the queue's keys switches them off. Every key presses or focuses what a hand could.
const table = document.querySelector("[data-queue]");
const links = table ? [...table.querySelectorAll("tbody .person a")] : [];
const keys = document.querySelector("[data-keys]");
const on = () => localStorage.getItem("desk-keys") !== "off";
if (keys) {
  const box = keys.querySelector("input");
  box.checked = on();
  box.addEventListener("change", () => localStorage.setItem("desk-keys", box.checked ? "on" : "off"));
  keys.hidden = false;
}
const row = () => document.activeElement.closest("[data-queue] tbody tr");
const press = (selector, within = document) => within?.querySelector(selector)?.click();
const open = (move) => {
  const form = document.querySelector(`[data-decide="${move}"]`);
  if (!form) return;
  form.closest("details").open = true;
  form.querySelector("select, textarea").focus();
};
const step = (by) => {
  if (!links.length) return;
  const at = links.findIndex((link) => link.closest("tr") === row());
  links[Math.min(Math.max(at + by, 0), links.length - 1)].focus();
};
const acts = {
  j: () => step(1),
  k: () => step(-1),
  t: () => press("[data-take]", table ? row() : document),
  x: () => press("input[name=pledge]", row()),
  n: () => press("[data-next]"),
  a: () => open("accept"),
  r: () => open("return"),
  d: () => open("decline"),
};
document.addEventListener("keydown", (event) => {
  const act = acts[event.key.toLowerCase()];
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (!act || !on() || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  event.preventDefault();
  act();
});
