// What was typed into the desk's forms stays when the page comes back in another language; in this tab, until it is there again.
const key = `typed ${location.pathname}`;
const fields = [...document.querySelectorAll("main form[method=post] :is(textarea, select, input:not([type=hidden], [type=file], [type=password]))")];
const read = (field) => (/checkbox|radio/.test(field.type) ? field.checked : field.value);
const before = fields.map(read);
const kept = JSON.parse(sessionStorage.getItem(key) ?? "[]");
sessionStorage.removeItem(key);
if (kept.length === fields.length && kept.every(([name], at) => name === fields[at].name)) {
  kept.forEach(([, value, changed], at) => {
    if (!changed) return;
    const field = fields[at];
    field[/checkbox|radio/.test(field.type) ? "checked" : "value"] = value;
    for (let around = field.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  });
}
for (const link of document.querySelectorAll(".languages a")) {
  link.addEventListener("click", () => {
    const now = fields.map((field, at) => [field.name, read(field), read(field) !== before[at]]);
    if (now.some(([, , changed]) => changed)) sessionStorage.setItem(key, JSON.stringify(now));
  });
}
