// The editor of a paper. Without it every step is a form of its own, and works. No word of the house is in this
// file: what it shows was printed by the server.
(() => {
  "use strict";
  let here = document.getElementById("editor");
  if (!here) return;
  // The open passage keeps itself: after the last key, before anything else is done, and when the network is back.
  let dirty = false, busy = null, stopped = false, timer = 0;
  const open = () => here.querySelector("form[data-passage]");
  const say = (text) => {
    const at = open()?.querySelector("[data-state]");
    if (at && at.textContent !== text) at.textContent = text;
  };
  const words = (key) => open()?.querySelector("[data-state]")?.dataset[key] ?? "";
  const send = async (form) => {
    const data = new FormData(form);
    data.delete("move");
    data.delete("file");
    data.set("do", "keep");
    data.set("auto", "1");
    let wrong = "";
    try {
      const r = await fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const j = await r.json();
      const key = r.ok ? "" : j.errors?.[0]?.key ?? "";
      if (r.ok) {
        for (const name of ["was-text", "was-other", "seen-text", "seen-other", "seen-settings", "seen-number"]) form.elements[name].value = j[name];
        say(dirty ? words("unsaved") : j.saved);
      } else {
        stopped = key.startsWith("draft.passage_");
        wrong = stopped ? "moved" : "failed";
      }
    } catch { wrong = navigator.onLine ? "failed" : "offline"; }
    if (wrong) {
      dirty = true;
      say(words(wrong));
    }
  };
  const keep = async () => {
    clearTimeout(timer);
    await busy;
    const form = open();
    if (!form || !dirty || stopped) return;
    dirty = false;
    await (busy = send(form));
    busy = null;
    if (dirty && !stopped) timer = setTimeout(keep, navigator.onLine ? 5000 : 20000);
  };
  // What was typed into the masthead waits for its own button: a step in between leaves it as it is.
  const head = () => [...(here.querySelector("#head")?.elements ?? [])].filter((x) => x.name && x.matches("input, select, textarea"));
  const typed = (x) => x.type !== "hidden" && (x.type === "checkbox" ? x.checked !== x.defaultChecked
    : x.options ? x.selectedIndex !== Math.max(0, [...x.options].findIndex((o) => o.defaultSelected)) : x.value !== x.defaultValue);
  const carry = (was) => {
    if (!was.some(typed)) return;
    for (const x of head()) {
      const old = was.find((y) => y.name === x.name);
      if (!old || !typed(old) && x.name !== "head") continue; // what it said when they began to type
      if (x.type === "checkbox") x.checked = old.checked;
      else x.value = old.value;
    }
    here.querySelector("#masthead").open = true;
  };
  // A step is taken in place: what the server answers stands where the editor stood.
  const take = async (url, body, was) => {
    let r;
    try {
      r = await fetch(url, { method: body ? "POST" : "GET", body, headers: { Accept: "text/html" } });
    } catch {
      say(words("offline"));
      return false;
    }
    const next = new DOMParser().parseFromString(await r.text(), "text/html").getElementById("editor");
    if (!next) return false;
    const before = head();
    here.replaceWith(next);
    here = next;
    carry(before);
    dirty = stopped = false;
    const to = new URL(r.url);
    const hash = body ? "e" + was : new URL(url, location).hash.slice(1);
    if (r.ok) history.replaceState(null, "", to.pathname + to.search + (document.getElementById(hash) ? "#" + hash : ""));
    start();
    const at = here.querySelector("#errors") ?? open()?.querySelector("textarea") ?? document.getElementById(hash)?.querySelector(".n") ?? here.querySelector(".gone button");
    at?.focus({ preventScroll: true });
    (here.querySelector("#errors") ?? open() ?? at)?.scrollIntoView({ block: "nearest" });
    return true;
  };
  // One step at a time, in the order in which they were asked for: an answer that comes late would otherwise stand over
  // what was opened after it.
  let last = Promise.resolve();
  const underway = new Set();
  const inTurn = (what, step) => {
    if (underway.has(what)) return; // pressed twice
    underway.add(what);
    last = last.then(step).finally(() => underway.delete(what));
  };
  addEventListener("click", (e) => {
    const mark = e.target.closest("[data-mark]");
    if (mark && here.contains(mark)) return put(mark.dataset.mark);
    const a = e.target.closest("a[data-open]");
    if (!a || !here.contains(a) || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    e.preventDefault();
    inTurn(a, async () => {
      await keep();
      if (!dirty && !await take(a.href)) location = a.href;
    });
  });
  addEventListener("submit", (e) => {
    const form = e.target, button = e.submitter;
    if (!here.contains(form) || form.id === "head" || button?.value === "discard") {
      dirty = false;
      return;
    }
    e.preventDefault();
    clearTimeout(timer);
    const pressed = new FormData(form, button);
    inTurn(button ?? form, async () => {
      if (form !== open()) await keep(); // what was typed elsewhere
      else await busy;
      if (dirty && form !== open()) return;
      const body = form.isConnected ? new FormData(form, button) : pressed;
      // Where the server cannot be reached, what was typed stays.
      if (!await take(form.getAttribute("action"), body, form.dataset.passage)) say(words(navigator.onLine ? "failed" : "offline"));
    });
  });
  addEventListener("input", (e) => {
    if (e.target.form !== open() || !open() || e.target.name === "move" || e.target.type === "file") return;
    dirty = true;
    if (stopped) return;
    say(navigator.onLine ? words("unsaved") : words("offline"));
    clearTimeout(timer);
    timer = setTimeout(keep, 2000);
  });
  addEventListener("online", keep);
  addEventListener("offline", () => dirty && say(words("offline")));
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  addEventListener("beforeunload", (e) => { if (dirty || busy) e.preventDefault(); });
  // Marks go around what is chosen.
  const marks = { strong: ["**", "**"], em: ["*", "*"], link: ["[", "](https://)"], list: ["\n- ", ""], table: ["\n| ", " |  |\n|---|---|\n|  |  |\n"], cut: ["\n===\n", ""] };
  let field = null;
  addEventListener("focusin", (e) => { if (e.target.matches?.("form[data-passage] textarea")) field = e.target; });
  const put = (name) => {
    const to = field?.isConnected ? field : open()?.querySelector("textarea");
    if (!to) return;
    const { selectionStart: a, selectionEnd: b, value: s } = to;
    const n = 1 + (s.match(/^\[\^/gm) ?? []).length;
    const [left, right] = name === "note" ? ["", `[^${n}]`] : marks[name];
    to.setRangeText(left + (name === "cut" ? "" : s.slice(a, b)) + right, a, name === "cut" ? a : b, "end");
    if (name === "note") to.value += `\n\n[^${n}]: `;
    if (name === "note") to.setSelectionRange(to.value.length, to.value.length);
    to.focus();
    to.dispatchEvent(new Event("input", { bubbles: true }));
  };
  // Keys work on the passage that has the focus, and nowhere else.
  addEventListener("keydown", (e) => {
    const at = e.target.closest?.(".el");
    if (!at || !here.contains(at) || e.ctrlKey || e.metaKey) return;
    const form = at.matches("form") ? at : null;
    const press = (value) => form?.querySelector(`button[value=${value}]`)?.click();
    if (e.key === "Escape" && form) { e.preventDefault(); return press("close"); }
    if (e.altKey && form && (e.key === "ArrowUp" || e.key === "ArrowDown")) { e.preventDefault(); return press(e.key === "ArrowUp" ? "up" : "down"); }
    if (e.altKey || e.target.matches("input, textarea, select")) return;
    const all = [...here.querySelectorAll(".el")], i = all.indexOf(at);
    const go = (to) => {
      const n = to?.querySelector(".n");
      if (!n) return;
      e.preventDefault();
      if (n.matches("span")) n.tabIndex = -1; // the open passage
      n.focus();
    };
    if (e.key === "j") go(all[i + 1]);
    if (e.key === "k") go(all[i - 1]);
    if (e.key === "e" && !form) { e.preventDefault(); at.querySelector("a.n")?.click(); }
  });
  // What needs this file is shown with it.
  const start = () => { for (const x of here.querySelectorAll("[data-marks], [data-keys]")) x.hidden = false; };
  start();
})();
