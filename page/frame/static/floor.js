// The clock of the floor goes on between what the server sends; what is the reader's own is asked for again when the floor changes. Without this
// file the page is loaded again every few seconds.
(() => {
  "use strict";
  let skew = 0; // of this machine's clock, where it is plainly wrong
  const text = (left) => (left < 0 ? "−" : "") + Math.floor(Math.abs(left) / 60) + ":" + String(Math.abs(left) % 60).padStart(2, "0");
  const tick = () => {
    for (const p of document.querySelectorAll(".clock[data-until]")) {
      const left = Math.ceil((Number(p.dataset.until) - Date.now() - skew) / 1000 * (Number(p.dataset.pace) || 1)), shown = text(left), b = p.querySelector("bdi");
      if (b && b.textContent !== shown) b.textContent = shown;
      const svg = p.parentElement.querySelector("svg[data-of]"), of = Number(svg?.dataset.of);
      if (of) svg.firstElementChild.setAttribute("width", Math.min(of, Math.max(0, of - left)));
    }
  };
  fetch(location.href, { method: "HEAD", cache: "no-store" }).then((r) => {
    const there = Date.parse(r.headers.get("Date")) + 500 - Date.now();
    if (Math.abs(there) > 1500) skew = there;
  }).catch(() => {});
  setInterval(tick, 200);
  tick();
  const now = document.getElementById("floor-now"), own = document.querySelectorAll("[data-again]");
  if (!now || !own.length) return;
  let waits = 0;
  const again = async () => {
    waits = 0;
    try {
      const got = await fetch(location.href, { cache: "no-store" });
      if (got.status === 403 || got.status === 404) { // it is the reader's no more
        location.reload();
        return;
      }
      const page = new DOMParser().parseFromString(await got.text(), "text/html");
      const focus = document.activeElement?.id;
      for (const el of own) {
        const is = page.getElementById(el.id);
        if (is) el.replaceChildren(...is.childNodes);
      }
      if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus();
    } catch { /* the next change asks again */ }
  };
  new MutationObserver(() => { if (!waits) waits = setTimeout(again, document.getElementById("console") ? 0 : Math.random() * 2000); }).observe(now, { childList: true });
})();
