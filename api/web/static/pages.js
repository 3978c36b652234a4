// What pages do beyond plain forms: save while somebody types, keep drafts through a lost connection,
// show uploads as they go, and keep the panel fresh. Every page works without this file.
import { initAll } from "/static/DESIGN_JS";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

const said = document.body.dataset;
const PAUSE = 900; // milliseconds without a key before a save
const FRESH = 20_000; // milliseconds between looks at what others did

// --- moments in the reader's own time ------------------------------------------------------------

const hours = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const days = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });

function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.getAttribute("datetime"));
    if (!Number.isNaN(moment.getTime())) time.textContent = days.format(moment);
  }
}

// --- drafts: what was typed and is not saved yet, by person, page and version --------------------

const PREFIX = "readiness-draft:";
const keyAt = (path, draft) => `${PREFIX}${said.person}:${path}${draft ? `#${draft}` : ""}`;
const keyOf = (form) => keyAt(form.getAttribute("action"), form.dataset.draft ?? form.dataset.draftOf);

function keepDraft(form) {
  const text = new URLSearchParams(new FormData(form)).toString();
  try { localStorage.setItem(keyOf(form), text); } catch { /* private windows have no room */ }
}
function dropDraft(form) {
  try { localStorage.removeItem(keyOf(form)); } catch { /* as above */ }
}
function dropAllDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch { /* as above */ }
}
function fill(form, text) {
  const values = new URLSearchParams(text);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "submit") continue;
    const found = values.getAll(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = found.includes(field.value);
    else field.value = found.length ? found[0] : "";
  }
}

// --- saving while somebody types -----------------------------------------------------------------

function tell(form, text, kind) {
  const state = form.querySelector("[data-state]");
  if (!state) return;
  state.textContent = text;
  state.classList.toggle("is-kept", kind === "kept");
  state.classList.toggle("is-lost", kind === "lost");
}

function markErrors(form, errors) {
  for (const old of form.querySelectorAll("[data-live-error]")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const [name, text] of Object.entries(errors)) {
    const field = document.getElementById(name) ?? form.elements.namedItem(name);
    if (!(field instanceof Element)) continue;
    const line = document.createElement("p");
    line.className = "govuk-error-message";
    line.id = `${name}-live-error`;
    line.dataset.liveError = "";
    line.textContent = text;
    (field.closest(".govuk-input__wrapper") ?? field).before(line);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-errormessage", line.id);
  }
}

const isVersion = (name) => name === "version" || name.startsWith("version.");

function autosave(form) {
  if (!form.querySelector("[data-state]")) return;
  let timer, busy = false, again = false;

  const draft = (() => { try { return localStorage.getItem(keyOf(form)); } catch { return null; } })();
  if (draft) {
    fill(form, draft);
    // With the versions of then, so that somebody who was faster is noticed and not overwritten.
    for (const [name, seen] of new URLSearchParams(draft)) if (isVersion(name) && form.elements[name]) form.elements[name].value = seen;
    timer = setTimeout(save, 50);
  }

  async function save() {
    clearTimeout(timer);
    if (busy) { again = true; return; }
    busy = true;
    tell(form, said.saving);
    const body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const kind = answer.headers.get("content-type") ?? "";
      const told = kind.includes("json") ? await answer.json() : {};
      if (answer.ok) kept(told, body);
      else if (answer.status === 422 && told.errors) { markErrors(form, told.errors); tell(form, said.notSound, "lost"); }
      else if (answer.status === 412) conflict(told);
      else if (answer.status === 401) tell(form, said.ended, "lost");
      else { tell(form, told.detail ?? said.failed, "lost"); if (answer.status >= 500 || answer.status === 429) later(15_000); }
    } catch {
      tell(form, said.offline, "lost");
      later(10_000);
    }
    busy = false;
    if (again) { again = false; later(50); }
  }
  function later(pause) { clearTimeout(timer); timer = setTimeout(save, pause); }

  function kept(told, body) {
    const typed = (text) => [...new URLSearchParams(text)].filter(([name]) => !isVersion(name)).join("&");
    const there = new FormData(form), untouched = typed(there) === typed(body);
    markErrors(form, {});
    for (const [name, text] of Object.entries(told.others ?? {})) { // what others chose meanwhile
      if (there.get(name) === body.get(name)) form.elements[name].value = text;
      else delete told.versions[`version.${name}`]; // typed over since: with the version of then
    }
    for (const [name, now] of Object.entries(told.versions)) if (form.elements[name]) form.elements[name].value = now;
    if (untouched) dropDraft(form); else keepDraft(form);
    const time = hours.format(new Date(told.at));
    tell(form, told.saved.replace(/\d\d:\d\d/, time), "kept");
    const panel = document.querySelector("[data-panel]"), verdict = document.querySelector("[data-verdict]");
    if (panel && told.panel) refresh(panel, told.panel);
    if (verdict && told.verdict) verdict.innerHTML = told.verdict;
  }
  function conflict(told) {
    const box = form.querySelector("[data-conflict]");
    box.querySelector("[data-conflict-text]").textContent = told.conflict;
    box.hidden = false;
    tell(form, told.conflict, "lost");
  }

  const typed = (event) => {
    if (event.target.name?.endsWith(".remove")) return; // rows go when somebody presses Save
    keepDraft(form);
    later(PAUSE);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => { clearTimeout(timer); dropDraft(form); });
  window.addEventListener("online", () => later(50));
}

// --- what somebody sends by hand, such as a decision or a comment ---------------------------------

const SENT = "readiness-sent";

function keepUntilSent(form) {
  let draft = null;
  try { draft = localStorage.getItem(keyOf(form)); } catch { /* private windows have no room */ }
  if (draft) {
    fill(form, draft);
    for (const [name, seen] of new URLSearchParams(draft)) if (isVersion(name) && form.elements[name]) form.elements[name].value = seen;
    tell(form, said.restored, "kept");
  }
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("change", () => keepDraft(form));
  form.addEventListener("submit", () => { try { sessionStorage.setItem(SENT, keyOf(form)); } catch { /* as above */ } });
}

function dropSent() {
  // Only a page that says it was done: after a fault, the text is still there.
  try {
    const sent = sessionStorage.getItem(SENT);
    if (sent && new URLSearchParams(location.search).has("done")) localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  } catch { /* nothing was kept */ }
}

// --- the panel -----------------------------------------------------------------------------------

function refresh(panel, html) {
  const open = panel.querySelector("details")?.open;
  panel.innerHTML = html;
  if (open) panel.querySelector("details").open = true;
}

function watch(panel) {
  let etag = "";
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(panel.dataset.panel, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
      if (answer.status !== 200) return;
      const first = etag === "";
      etag = answer.headers.get("etag") ?? "";
      const html = await answer.text();
      if (!first) refresh(panel, html);
    } catch { /* the next look may be luckier */ }
  }, FRESH);
}

// --- a batch that others work on -----------------------------------------------------------------

function follow(live) {
  const aloud = document.querySelector("[data-aloud]");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(live.dataset.follow, { cache: "no-store" });
      if (answer.status === 401 || answer.redirected) { window.location.reload(); return; }
      if (answer.status !== 200) return;
      live.innerHTML = await answer.text();
      localTimes(live);
      const now = live.querySelector("[data-said]").dataset;
      if (now.active !== "yes") { window.location.replace(window.location.pathname); return; }
      if (aloud.textContent !== now.said) aloud.textContent = now.said; // spoken when it changes
    } catch { /* the next look may be luckier */ }
  };
  setInterval(look, calm ? 10_000 : 2_000);
}

// --- uploads -------------------------------------------------------------------------------------

function upload(form) {
  form.addEventListener("submit", (event) => {
    const file = form.querySelector("input[type=file]");
    if (!file?.files.length) return;
    event.preventDefault();
    const bar = form.querySelector("progress"), state = form.querySelector("[data-upload-state]");
    bar.hidden = false;
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (moved) => {
      if (!moved.lengthComputable) return;
      bar.value = Math.round((100 * moved.loaded) / moved.total);
      state.textContent = `${bar.value} %`;
      if (bar.value === 100) state.textContent = state.dataset.looking;
    });
    request.addEventListener("load", () => {
      if (request.status < 400) { window.location.assign(request.responseURL); return; }
      bar.hidden = true;
      state.textContent = "";
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      for (const next of document.querySelectorAll("form[data-upload]")) upload(next);
      initAll({ scope: document.querySelector("main") });
      document.querySelector("main").scrollIntoView();
    });
    request.addEventListener("error", () => { bar.hidden = true; state.textContent = said.offline; });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(new FormData(form));
  });
}

// --- what each page has --------------------------------------------------------------------------

localTimes(document);
dropSent();
for (const form of document.querySelectorAll("form[data-draft]")) keepUntilSent(form);
for (const form of document.querySelectorAll("form[data-save]")) autosave(form);
for (const form of document.querySelectorAll("form[data-upload]")) upload(form);
for (const form of document.querySelectorAll("form[data-forget]")) form.addEventListener("submit", dropAllDrafts);
for (const form of document.querySelectorAll("form[data-undecided]")) { // until somebody has chosen
  keepDraft(form);
  form.addEventListener("submit", () => dropDraft(form));
}
const panel = document.querySelector("[data-panel]");
if (panel) watch(panel);
const live = document.querySelector("[data-follow]");
if (live) follow(live);
