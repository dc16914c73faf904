// Signs with a passkey of this device, or signs an officer in. Without this file, or where a browser knows no passkeys, the other way stays.
"use strict";

const part = document.getElementById("passkey");
if (part && window.PublicKeyCredential && location.origin === part.dataset.origin) {
  const { dataset } = part, { form } = part.querySelector("input"), credential = part.querySelector("input");
  const [usual, anew] = part.querySelectorAll("button"), told = part.querySelector(".told");

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const keys = (list) => list.map((key) => ({ ...key, id: bytes(key.id) }));

  const say = (sentence, wrong = true) => {
    told.textContent = sentence;
    told.classList.toggle("error", wrong);
  };

  const post = async (address, fields) => {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, ...fields });
    const answer = await fetch(address, { method: "POST", body });
    const said = await answer.json(); // a page instead of JSON is an error of its own: see `sentence`
    if (said.problem) throw new Error(said.problem, { cause: "told" });
    return said;
  };

  const written = (key, names) => JSON.stringify({
    id: key.id, rawId: text(key.rawId), type: key.type, clientExtensionResults: {},
    response: Object.fromEntries(names.map((name) => [name, text(key.response[name])]).concat([["transports", key.response.getTransports?.() ?? []]])),
  });

  const make = async (asked) => {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: keys(asked.excludeCredentials) };
    return written(await navigator.credentials.create({ publicKey }), ["clientDataJSON", "attestationObject"]);
  };

  const sign = async (asked) => {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: keys(asked.allowCredentials) };
    return written(await navigator.credentials.get({ publicKey }), ["clientDataJSON", "authenticatorData", "signature"]);
  };

  const sentence = (error, made) => {
    if (error.cause === "told") return error.message;
    if (error instanceof TypeError || error instanceof SyntaxError) return dataset.offline;
    if (error.name === "InvalidStateError") return dataset.held;
    if (error.name === "SecurityError" || error.name === "NotSupportedError" || error.name === "ConstraintError") return dataset.unable;
    return made ? dataset.again : dataset.stopped; // some browsers want a press of its own for the second question
  };

  const pressable = (can) => part.querySelectorAll("button").forEach((button) => { button.disabled = !can; });

  const go = async (fields) => {
    let made = false;
    pressable(false);
    say(dataset.waiting, false);
    try {
      let asked = await post(dataset.ask, fields);
      if (asked.create) {
        const key = await make(asked.create);
        made = true;
        asked = dataset.made ? await post(dataset.made, { credential: key }) : { key }; // without an address the form itself brings the key
      }
      credential.value = asked.key ?? await sign(asked.get);
      credential.disabled = false;
      return form.submit();
    } catch (error) {
      say(sentence(error, made));
      pressable(true);
      if (anew) anew.hidden = made;
      usual.focus();
    }
    return undefined;
  };

  part.hidden = false;
  usual.addEventListener("click", () => go({}));
  anew?.addEventListener("click", () => go({ new: "yes" }));
}
