"use strict";
// Reading, correcting, adding: comfort only.
(() => {
  const all = (words, within = document) => Array.from(within.querySelectorAll(words));
  const light = (numbers, on) => {
    for (const n of numbers) {
      all(`mark[data-of~="${n}"], .entry[data-n="${n}"]`).forEach((one) => one.classList.toggle("lit", on));
    }
  };
  const of = (one) => (one.dataset.of ?? one.dataset.n ?? "").split(" ").filter(Boolean);
  for (const one of all("mark[data-of], .entry[data-n]")) {
    one.addEventListener("mouseenter", () => light(of(one), true));
    one.addEventListener("mouseleave", () => light(of(one), false));
    one.addEventListener("focusin", () => light(of(one), true));
    one.addEventListener("focusout", () => light(of(one), false));
  }
  for (const mark of all("mark[data-of]")) {
    mark.addEventListener("click", () => document.querySelector(`.entry[data-n="${of(mark)[0]}"]`)?.focus());
  }
  const entries = all(".entry[data-n], .entry.card");
  const keys = document.querySelector(".keys");
  if (keys) keys.hidden = entries.length === 0;
  // the entry that a key is meant for; in a list none is until one was gone to, so that no stray key judges
  const current = () => document.activeElement?.closest(".entry") ?? document.querySelector(".entry:target") ?? document.querySelector(".entry.card");
  const step = (by) => {
    const next = entries[Math.max(0, Math.min(entries.length - 1, entries.indexOf(current() ?? entries[0]) + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const first = (within) => within.querySelector("input:not([type=hidden])")?.focus();
  // the form to correct an entry has a page of its own; here it opens in place
  for (const link of all(".entry[data-n] a[data-key=c]")) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const entry = link.closest(".entry"), open = entry.querySelector("form.correct");
      if (open) { open.hidden = !open.hidden; if (!open.hidden) first(open); return; }
      const answer = await fetch(link.href).catch(() => null);
      const form = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form.correct");
      if (!form) { location.href = link.href; return; }
      entry.append(document.adoptNode(form));
      first(form);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const last = document.querySelector(`.last [data-key="${CSS.escape(event.key)}"]`);
    if (!entries.length && !last) return;
    if (last) last.click();
    else if (event.key === "j") step(document.activeElement?.closest(".entry") ? 1 : 0);
    else if (event.key === "k") step(-1);
    else if (event.key === "?" && keys) keys.hidden = !keys.hidden;
    else {
      const button = current()?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!button) return;
      button.click();
      if (button.tagName === "SUMMARY") first(button.parentElement);
    }
    event.preventDefault();
  });
  for (const zone of all("[data-drop]")) {
    const input = zone.querySelector("input[type=file]"), told = zone.querySelector(".hint"), now = zone.dataset.drop === "now";
    const tell = () => { if (input.files.length) told.textContent = Array.from(input.files, (f) => f.name).join(", "); };
    const begin = () => {
      tell();
      const size = Array.from(input.files).reduce((sum, f) => sum + f.size, 0);
      const most = Number(zone.dataset.most);
      // before they are sent: a browser shows nothing of an answer that comes while it still sends
      input.setCustomValidity(size > most ? `These files have ${Math.ceil(size / 2 ** 20)} MB; at most ${most / 2 ** 20} MB go at once` : "");
      if (size > most) { told.textContent = `${input.validationMessage}. Take fewer, or use detente add.`; return; }
      if (now && input.files.length) zone.requestSubmit();
    };
    if (now) zone.classList.add("ready");
    input.addEventListener("change", begin);
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); input.files = event.dataTransfer.files; begin(); });
  }
  // a report that is sent twice is known the second time; still, one press is enough
  for (const form of all("form[enctype]")) {
    form.addEventListener("submit", () => {
      const button = form.querySelector("button");
      button.textContent = "Sending…";
      setTimeout(() => { button.disabled = true; });
    });
  }
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
