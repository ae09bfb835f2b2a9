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
  // A form with errors: its first wrong field, else its summary.
  (document.querySelector("main [autofocus]") ?? document.getElementById("errors"))?.focus();
  // A draft saves itself after the last key, when the page is left, and when the network is back.
  const form = document.querySelector("form[data-draft]");
  let kept = () => false;
  if (form) {
    const status = form.querySelector("[data-saved]");
    const say = (text) => { if (status.textContent !== text) status.textContent = text; };
    let timer = 0, busy = false, dirty = false, stopped = false;
    const save = async () => {
      clearTimeout(timer);
      if (busy || !dirty || stopped) return;
      busy = true;
      dirty = false;
      const data = new URLSearchParams();
      for (const [k, v] of new FormData(form)) if (typeof v === "string" && k !== "do") data.append(k, v);
      let wrong = "";
      try {
        const r = await fetch(form.dataset.draft, { method: "POST", body: data, headers: { Accept: "application/json" } });
        const j = await r.json();
        const key = r.ok ? "" : j.errors?.[0]?.key ?? "";
        if (r.ok) {
          form.elements.version.value = j.version;
          say(dirty ? status.dataset.unsaved : j.saved);
        } else {
          stopped = key === "draft.moved" || key.startsWith("speaker.");
          wrong = key === "draft.moved" ? "moved" : stopped ? "gone" : "failed";
        }
      } catch { wrong = navigator.onLine ? "failed" : "offline"; }
      busy = false;
      if (wrong) {
        dirty = true;
        say(status.dataset[wrong]);
      }
      if (dirty && !stopped) timer = setTimeout(save, wrong ? 20000 : 2000);
    };
    form.addEventListener("input", () => {
      dirty = true;
      if (stopped) return;
      say(navigator.onLine ? status.dataset.unsaved : status.dataset.offline);
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    });
    form.addEventListener("submit", () => clearTimeout(timer));
    addEventListener("online", save);
    addEventListener("offline", () => dirty && say(status.dataset.offline));
    document.addEventListener("visibilitychange", () => document.hidden && save());
    kept = () => !dirty && !busy;
  }
  // Leaving asks first where something is not saved and not sent.
  const written = new Set();
  let sent = false;
  addEventListener("input", (e) => e.target.matches?.("textarea") && e.target.form?.method === "post" && written.add(e.target.form));
  addEventListener("submit", () => { sent = true; });
  addEventListener("beforeunload", (e) => {
    if (!sent && [...written].some((f) => f !== form || !kept())) e.preventDefault();
  });
  addEventListener("pageshow", () => { sent = false; });
})();
