// For drafts that several people write. Without it every step is a form, and what others wrote is seen by loading the page
// again. No word of the house is in this file: what it shows was printed by the server.
(() => {
  "use strict";
  const root = document.getElementById("together");
  if (!root) return;
  const form = root.querySelector("form[data-part]");
  const state = form?.querySelector("[data-state]");
  const say = (text) => { if (state && state.textContent !== text) state.textContent = text; };
  let stamp = root.dataset.stamp;
  const json = { Accept: "application/json" };

  // Parts of the page that nobody types into stand as the server has them.
  const fresh = async () => {
    const r = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!r.ok) return;
    const next = new DOMParser().parseFromString(await r.text(), "text/html").querySelectorAll("[data-fresh]");
    root.querySelectorAll("[data-fresh]").forEach((x, i) => { if (next[i] && !x.contains(document.activeElement)) x.replaceWith(next[i]); });
  };

  // What stands in a field, and what stood there when the page last knew that it is what the server has. "was" is sent along.
  const texts = form ? [...form.querySelectorAll("textarea, input[type=text], input[type=date]")] : [];
  const base = new Map(texts.map((x) => [x, x.value]));
  const was = (name) => form.elements[name + "-was"];
  const questions = form ? [...form.querySelectorAll("input[type=hidden]")].map((x) => x.name).filter((n) => /^[a-z]\d+-was$/.test(n)).map((n) => n.slice(0, -4)) : [];
  const boxes = (id) => [...form.querySelectorAll("input:not([type=hidden])")].filter((x) => x.name === id);
  const places = (id) => [...form.querySelectorAll("select")].filter((x) => x.name.startsWith(id + "-"));
  const picked = (id) => {
    const p = places(id);
    if (p.length) return p.some((x) => x.value) ? p.map((x) => x.value || "0").join(" ") : "";
    return boxes(id).filter((x) => x.checked).map((x) => x.value).join(" ");
  };
  const pick = (id, now) => {
    const values = now ? now.split(" ") : [];
    places(id).forEach((x, i) => { x.value = values[i] && values[i] !== "0" ? values[i] : ""; });
    for (const x of boxes(id)) x.checked = values.includes(x.value);
  };
  const put = (x, text) => {
    const old = x.value, { selectionStart: a, selectionEnd: b, scrollTop } = x;
    let n = 0;
    while (n < old.length && old[n] === text[n]) n++;
    const moved = (i) => i <= n ? i : Math.max(n, i + text.length - old.length);
    x.value = text;
    if (document.activeElement === x && x.type !== "date") x.setSelectionRange(moved(a), moved(b));
    x.scrollTop = scrollTop;
  };

  // The section saves itself while it is written; the server puts together what others wrote meanwhile.
  let dirty = false, busy = false, stopped = false, timer = 0, saves = 0, leaving = false;
  const take = (j, sent, chosen) => {
    for (const x of texts) {
      const f = j.fields[x.name], w = was(x.name);
      if (!f || !w) continue;
      if (j.clash) { // what was not kept stays as it was typed
        if (f.text === f.sent) w.value = f.text;
        continue;
      }
      if (x.value !== sent.get(x)) {
        w.value = f.sent;
        continue;
      }
      if (f.text !== f.sent) put(x, f.text);
      w.value = f.text;
      base.set(x, x.value);
    }
    if (j.clash) return;
    for (const id of questions) {
      const w = was(id), now = j.picks[id + "-was"];
      if (now === undefined) continue;
      if (picked(id) === chosen.get(id)) {
        pick(id, now);
        w.value = now;
      } else {
        w.value = chosen.get(id);
      }
    }
  };
  const save = async () => {
    clearTimeout(timer);
    timer = 0;
    if (!form || busy || !dirty || stopped) return;
    busy = true;
    dirty = false;
    saves++;
    const sent = new Map(texts.map((x) => [x, x.value])), chosen = new Map(questions.map((id) => [id, picked(id)]));
    const data = new URLSearchParams();
    for (const [k, v] of new FormData(form)) if (typeof v === "string") data.append(k, v);
    data.set("do", "save");
    data.set("auto", "1");
    let wrong = "";
    try {
      const r = await fetch(form.action, { method: "POST", body: data, headers: json });
      const j = await r.json();
      if (r.ok) {
        take(j, sent, chosen);
        stamp = j.stamp;
        stopped = Boolean(j.clash);
        if (stopped) wrong = "clash";
        else say(dirty ? state.dataset.unsaved : j.saved);
      } else {
        const key = j.errors?.[0]?.key ?? "";
        stopped = r.status === 404 || r.status === 401 || r.status === 403 || key.startsWith("speaker.") || key === "draft.sent" || key === "draft.unknown";
        wrong = stopped ? "gone" : "failed";
      }
    } catch { wrong = navigator.onLine ? "failed" : "offline"; }
    busy = false;
    if (wrong) {
      dirty = true;
      say(state.dataset[wrong]);
    }
    if (dirty && !stopped) timer = setTimeout(save, wrong ? 5000 : 300);
  };
  form?.addEventListener("input", () => {
    dirty = true;
    if (stopped) return;
    say(navigator.onLine ? state.dataset.unsaved : state.dataset.offline);
    if (!timer) timer = setTimeout(save, 300);
  });
  form?.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("online", save);
  addEventListener("beforeunload", (e) => { if (!leaving && (dirty || busy)) e.preventDefault(); });

  // What others wrote stands here within a second, where it is not in the way of what is being typed: that is put together when
  // it is saved.
  const show = (j) => {
    for (const x of texts) {
      const f = j.fields?.[x.name], w = was(x.name);
      if (!f || !w || x.value !== base.get(x)) continue;
      if (f.text !== w.value) put(x, f.text);
      w.value = f.text;
      base.set(x, x.value);
    }
    for (const id of questions) {
      const w = was(id), now = j.picks?.[id + "-was"];
      if (now === undefined || picked(id) !== w.value) continue;
      pick(id, now);
      w.value = now;
    }
    const last = form.querySelector("[data-last]");
    if (j.last && last.textContent !== j.last) last.textContent = j.last;
  };
  const look = async () => {
    if (document.hidden || busy || stopped || leaving) return 600;
    const began = saves;
    const r = await fetch(root.dataset.now, { headers: json });
    if (!r.ok) {
      if (r.status === 429 || r.status >= 500) return 5000;
      if (!form) location.reload(); // it was sent or deleted, and the page says so
      return 0;
    }
    const j = await r.json();
    if (saves !== began || j.stamp === stamp) return 600;
    const said = (s) => s.split(".")[1];
    const remarks = said(stamp) !== said(j.stamp);
    stamp = j.stamp;
    if (form) show(j);
    if (!form || remarks) await fresh();
    return 600;
  };
  const again = async () => {
    let wait = 5000;
    try { wait = await look(); } catch { /* the network is away */ }
    if (wait) setTimeout(again, wait);
  };
  setTimeout(again, 600);
  document.addEventListener("visibilitychange", () => document.hidden && save());
})();
