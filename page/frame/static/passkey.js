// Asks the browser for a passkey where a form wants one, and sends what it gives with the form. No word of the house is in this
// file. Without it the form stays hidden, and what stands instead of it says how to go on.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (s) => Uint8Array.from(atob(s.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (b) => b && btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const read = (options) => {
    const o = JSON.parse(options);
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    for (const k of [...(o.allowCredentials ?? []), ...(o.excludeCredentials ?? [])]) k.id = bytes(k.id);
    return o;
  };
  const written = (k) => {
    const r = k.response;
    return JSON.stringify({
      id: k.id, rawId: text(k.rawId), type: k.type, authenticatorAttachment: k.authenticatorAttachment ?? undefined, clientExtensionResults: {},
      response: {
        clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports?.(),
        authenticatorData: r.signature && text(r.authenticatorData), signature: text(r.signature), userHandle: text(r.userHandle) || undefined,
      },
    });
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const say = (what) => { for (const p of form.querySelectorAll("[data-failed],[data-known]")) p.hidden = !p.matches(what); };
    form.hidden = false;
    const instead = document.getElementById(form.dataset.instead);
    if (instead) instead.hidden = true;
    let asking = false;
    form.addEventListener("submit", async (e) => {
      e.preventDefault();
      if (asking) return;
      asking = true;
      say("none");
      try {
        const k = await navigator.credentials[form.dataset.passkey]({ publicKey: read(form.dataset.options) });
        form.elements.answer.value = written(k);
        form.submit();
      } catch (err) {
        say(err.name === "InvalidStateError" && form.querySelector("[data-known]") ? "[data-known]" : "[data-failed]");
      }
      asking = false;
    });
  }
})();
