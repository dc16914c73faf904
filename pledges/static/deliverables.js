// Rows of deliverables are added and removed at once; without this the buttons ask the server for the same.
"use strict";

const parts = /^(planned_[a-z]+-)\d+/;

function renumber(box) {
  box.querySelectorAll(".deliverable").forEach((row, place) => {
    row.querySelector("legend span").textContent = place + 1;
    for (const one of row.querySelectorAll("[id], [name], [for], [value], [aria-describedby]")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(parts, `$1${place}`));
      }
      if (one.name === "drop") one.value = one.value.replace(parts, `$1${place}`);
    }
  });
  const more = box.querySelector("[name=more]");
  if (more) more.hidden = box.querySelectorAll(".deliverable").length >= Number(box.dataset.most);
}

function empty(row) {
  row.classList.remove("wrong");
  row.querySelectorAll(".error").forEach((error) => error.remove());
  for (const input of row.querySelectorAll("input")) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  row.querySelectorAll("details").forEach((goals) => { goals.open = false; });
  tell(row);
}

function tell(row) {
  const chosen = [...row.querySelectorAll("[type=checkbox]:checked")].map((box) => box.value);
  row.querySelector("summary bdi").textContent = chosen.join(row.dataset.between);
}

for (const box of document.querySelectorAll(".planned")) {
  box.addEventListener("change", (event) => { if (event.target.type === "checkbox") tell(event.target.closest(".deliverable")); });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const rows = box.querySelectorAll(".deliverable");
    const last = rows[rows.length - 1];
    event.preventDefault();
    if (button.name === "more") {
      const row = last.cloneNode(true);
      empty(row);
      last.after(row);
      renumber(box);
      row.querySelector("input").focus();
    } else if (rows.length === 1) {
      empty(last);
      last.querySelector("input").focus();
    } else {
      button.closest(".deliverable").remove();
      renumber(box);
      box.querySelector("summary").focus();
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
