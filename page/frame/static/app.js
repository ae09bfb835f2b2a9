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
  // What an address names is shown, though it stands in something that is folded.
  const unfold = () => {
    const to = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = to?.closest("details:not([open])");
    if (folded) { folded.open = true; to.scrollIntoView(); }
  };
  addEventListener("hashchange", unfold);
  unfold();
  // How a page is cited: with the address as it is here where the instance was given none, and a button that copies it.
  for (const a of document.querySelectorAll("[data-address]")) if (a.textContent.startsWith("/")) a.textContent = location.origin + a.textContent;
  for (const p of document.querySelectorAll("[data-today]")) p.textContent = p.dataset.today.replace("{day}", new Date().toLocaleDateString(lang, { dateStyle: "long" }));
  for (const b of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    b.hidden = false;
    b.addEventListener("click", async () => {
      const said = document.getElementById(b.dataset.copy).textContent.trim().replace(/\s+/g, " ");
      try { await navigator.clipboard.writeText(said); b.textContent = b.dataset.done; } catch { /* not allowed here: it can be selected */ }
    });
  }
  // Words that are selected in a source are those that are to be quoted of it.
  if (document.querySelector("[data-quote]")) document.addEventListener("selectionchange", () => {
    const s = getSelection(), quote = s.anchorNode?.parentElement?.closest("blockquote"), said = String(s).trim();
    const field = quote?.contains(s.focusNode) && quote.closest("li")?.querySelector("[data-quote]");
    if (field && said) field.value = said;
  });
  // A form with errors: its first wrong field, else its summary.
  (document.querySelector("main [autofocus]") ?? document.getElementById("errors"))?.focus();
})();
