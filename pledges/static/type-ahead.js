// Offers governments while their name is typed. Without this file the form finds them on a page of its own.
"use strict";

for (const input of document.querySelectorAll("[data-type-ahead]")) {
  const list = document.createElement("ul");
  const news = document.createElement("p");
  let waiting = 0, asked = 0, chosen = -1;

  list.id = `${input.id}-list`;
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  news.className = "visually-hidden";
  news.setAttribute("role", "status");
  input.after(list, news);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    input.setAttribute(name, value);
  }

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (number) => {
    const offers = [...list.children];
    chosen = (number + offers.length) % offers.length;
    offers.forEach((offer, position) => offer.setAttribute("aria-selected", String(position === chosen)));
    offers[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", offers[chosen].id);
  };

  const part = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };

  const show = (governments) => {
    list.replaceChildren(...governments.map((government, position) => {
      const offer = document.createElement("li");
      offer.id = `${list.id}-${position}`;
      offer.dataset.link = government.link;
      offer.setAttribute("role", "option");
      offer.setAttribute("aria-selected", "false");
      offer.append(part("bdi", government.name), " ", part("bdi", government.native_name), " ", part("span", `${government.country} · ${government.kind}`));
      return offer;
    }));
    close();
    list.hidden = governments.length === 0;
    input.setAttribute("aria-expanded", String(governments.length > 0));
    news.textContent = governments.length ? input.dataset.found.replace("{count}", governments.length) : input.dataset.none;
  };

  const ask = async () => {
    const typed = input.value.trim(), mine = ++asked;
    if (!typed) return close();
    const address = new URL(input.dataset.typeAhead, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      const governments = answer.ok ? await answer.json() : [];
      if (mine === asked && input.value.trim() === typed) show(governments);
    } catch {
      close(); // without a connection the button still works once there is one
    }
    return undefined;
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? chosen + 1 : Math.max(chosen, 0) - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.link);
    } else if (event.key === "Escape") {
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const offer = event.target.closest("[role=option]");
    if (offer) location.assign(offer.dataset.link);
  });
  input.addEventListener("blur", close);
}
