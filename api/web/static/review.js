// Keys for those who decide a lot: what carries data-key answers to it. Every page works without
// this file. Single letters get in the way of those who speak to their computer, so they can be
// turned off, and say nothing while somebody types (WCAG 2.1.4).

const OFF = "readiness-keys-off";
const TYPING = "input:not([type=radio], [type=checkbox], [type=submit]), textarea, select";

const off = () => { try { return localStorage.getItem(OFF) !== null; } catch { return false; } };

function press(found) {
  if (found.matches("input[type=radio]")) {
    found.checked = true;
    found.dispatchEvent(new Event("change", { bubbles: true }));
    const next = document.getElementById(found.dataset.then ?? "");
    (next ?? found).focus();
  } else if (found.matches("textarea, h1, h2, [tabindex]")) {
    found.focus();
    found.scrollIntoView({ block: "center" });
  } else if (found.matches("summary")) {
    found.click();
    found.focus();
    found.scrollIntoView({ block: "nearest" });
  } else {
    found.click();
  }
}

function listen(event) {
  if (event.defaultPrevented || event.repeat || event.altKey || event.metaKey) return;
  const typing = event.target.matches?.(TYPING);
  if (event.ctrlKey) {
    if (event.key !== "Enter" || !typing || !event.target.form) return;
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.querySelector("[data-save-this]") ?? undefined);
    return;
  }
  if (typing || off()) return;
  if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("[data-line]")];
    if (links.length) {
      const step = event.key === "j" ? 1 : -1;
      const place = links.indexOf(document.activeElement);
      links[Math.min(links.length - 1, Math.max(0, place + (place < 0 ? 1 : step)))].focus();
      return;
    }
  }
  const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!found || found.disabled) return;
  event.preventDefault();
  press(found);
}

function insert(button) {
  const field = document.getElementById(button.dataset.insert);
  const gap = field.value && !field.value.endsWith("\n") ? "\n" : "";
  field.value += gap + button.dataset.text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  const left = /\{[^{}\n]{1,60}\}/.exec(field.value); // what the coach fills in is typed over
  if (left) field.setSelectionRange(left.index, left.index + left[0].length);
}

const keys = document.querySelector("[data-keys]");
if (keys) {
  document.addEventListener("keydown", listen);
  keys.hidden = false;
  const box = keys.querySelector("input[type=checkbox]");
  const shown = () => { document.body.classList.toggle("keys-off", off()); box.checked = !off(); };
  box.addEventListener("change", () => {
    try { box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes"); } catch { /* then they stay */ }
    shown();
  });
  shown();
}
for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", (event) => { event.preventDefault(); insert(button); });
}
