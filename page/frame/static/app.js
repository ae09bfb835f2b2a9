// Everything here is a convenience: without it every page and form works. No word of the house is in
// this file; what it shows was printed by the server.
(() => {
  "use strict";
  // The reader's own time beside the conversation's: the time alone where the day is the same.
  const page = document.documentElement.lang;
  const lang = (page === "en" ? "en-GB" : page) + "-u-nu-latn-ca-gregory";
  for (const t of document.querySelectorAll("time[data-local]")) {
    const d = new Date(t.dateTime);
    if (isNaN(d)) continue;
    try {
      const shown = (timeZone, style) => d.toLocaleString(lang, { ...style, hourCycle: "h23", timeZone });
      const day = { dateStyle: "long" }, clock = { timeStyle: "short" };
      const there = t.dataset.local;
      const sameDay = shown(undefined, day) === shown(there, day);
      if (sameDay && shown(undefined, clock) === shown(there, clock)) continue; // the reader's clock shows what is printed
      const bdi = document.createElement("bdi");
      bdi.textContent = " " + document.body.dataset.you.replace("{time}", shown(undefined, sameDay ? clock : { ...day, ...clock }));
      bdi.className = "s";
      t.append(bdi);
    } catch { /* a zone that this browser does not know */ }
  }
  // What a moderator marks in a text as it is shown is what they look for.
  for (const from of document.querySelectorAll("[data-choose]")) {
    const field = document.getElementById(from.dataset.choose);
    from.addEventListener("pointerup", () => {
      const s = getSelection();
      if (field && !s.isCollapsed && from.contains(s.anchorNode) && from.contains(s.focusNode)) field.value = s.toString();
    });
  }
  // A form with errors is read from its summary.
  document.getElementById("errors")?.focus();
  // A draft saves itself, two seconds after the last key, and when the page is left.
  const form = document.querySelector("form[data-draft]");
  if (form) {
    const status = form.querySelector("[data-saved]");
    let timer = 0, busy = false, dirty = false;
    const save = async () => {
      if (busy || !dirty) return;
      busy = true;
      dirty = false;
      const data = new URLSearchParams();
      for (const [k, v] of new FormData(form)) if (typeof v === "string" && k !== "do") data.append(k, v);
      try {
        const r = await fetch(form.dataset.draft, { method: "POST", body: data, headers: { Accept: "application/json" } });
        if (r.ok) {
          const j = await r.json();
          form.elements.version.value = j.version;
          status.textContent = j.saved;
        } else dirty = true;
      } catch { dirty = true; }
      busy = false;
    };
    form.addEventListener("input", () => {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
    document.addEventListener("visibilitychange", () => document.hidden && save());
  }
})();
