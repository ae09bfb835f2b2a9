// For pages on which people write. Without it every form works.
(() => {
  "use strict";
  // A draft saves itself after the last key, when the page is left, and when the network is back.
  const form = document.querySelector("form[data-draft]");
  let kept = () => false;
  if (form) {
    const status = form.querySelector("[data-saved]");
    const say = (text) => { if (status.textContent !== text) status.textContent = text; };
    let timer = 0, busy = false, dirty = false, stopped = false, unsure = null;
    const save = async () => {
      clearTimeout(timer);
      if (busy || !dirty || stopped) return;
      busy = true;
      // What had no answer may have been saved: it is sent once more as it was, and counts once. What was written since comes after it.
      const data = unsure ?? new URLSearchParams();
      if (!unsure) for (const [k, v] of new FormData(form)) if (typeof v === "string" && k !== "do") data.append(k, v);
      dirty = !!unsure;
      unsure = null;
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
      } catch { unsure = data; wrong = navigator.onLine ? "failed" : "offline"; }
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
  // A question that is asked of some only is hidden while what was chosen before says so. It is sent all the same, and left out
  // by whoever takes it.
  const asked = [...document.querySelectorAll("[data-if]")];
  const ask = () => {
    for (const q of asked) {
      const at = document.getElementById(q.dataset.if);
      const chosen = at && [...at.querySelectorAll(`input[name="${q.dataset.if}"]:checked`)].map((i) => i.value);
      q.hidden = at ? at.hidden || !chosen.some((v) => q.dataset.picks.split(" ").includes(v)) : "off" in q.dataset;
    }
  };
  if (asked.length) {
    ask();
    addEventListener("change", ask);
    addEventListener("pageshow", ask);
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
