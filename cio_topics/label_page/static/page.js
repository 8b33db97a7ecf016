// One item at a time; the next one appears only after the server has the answer on disk.

import { texts } from "./texts.js";

const at = (id) => document.getElementById(id);
const say = (id, text) => { at(id).textContent = text; };

let start = null; // what does not change: coder, themes and their keys
let lang = "ja";
let item = null; // what is on the screen; null at the end
let progress = null;
let chosen = []; // theme ids, the most fitting first
let revealed = false; // a blind answer is saved, its suggestions are shown until the next key
let commands = []; // what to go on with at the end
let busy = false;
let waiting = []; // keys typed while busy, for what comes next
let tooMany = false; // more were typed than can wait
let lastKey = 0; // when
let retry = null; // what failed
let conflict = null; // the answer that another tab has saved
let definitions = false;
const drafts = new Map(); // what was chosen for items that were left without saving

const AHEAD = 64; // keys that may wait
const STILL = 500; // milliseconds without a key after which nobody is typing ahead

const text = () => texts[lang];
const themeOf = (id) => start.themes.find((theme) => theme.id === id);
const nameOf = (id) => {
  const theme = themeOf(id);
  return theme ? theme[`name_${lang}`] || theme.id : id;
};

// ---- asking the server -------------------------------------------------------------------------

class Refusal extends Error {
  constructor(status, said) {
    super(`status ${status}`);
    this.status = status;
    this.said = said;
  }
}

async function ask(path, sent) {
  const options = sent === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(sent),
  };
  const reply = await fetch(`api/${path}`, { ...options, cache: "no-store" });
  const said = await reply.json().catch(() => ({}));
  if (!reply.ok) throw new Refusal(reply.status, said);
  return said;
}

// Do one thing at a time; if it fails, say so, leave the screen as it is, and offer it `again`.
// Keys typed meanwhile wait for what it brings to the screen, and are forgotten if it fails.
async function attempt(action, again = () => attempt(action)) {
  if (busy) return;
  setBusy(true);
  try {
    await action();
    calm();
  } catch (error) {
    say("status", text().stopped);
    await stillness();
    say("status", "");
    if (error instanceof Refusal && error.status === 409) disagree(error.said);
    else alarm(error, again);
  } finally {
    setBusy(false);
  }
  replay();
}

function setBusy(now) {
  busy = now;
  at("note").readOnly = now; // else text would still come in from an input method
}

// Who types ahead has not yet seen what went wrong: no key counts until the keyboard was still.
async function stillness() {
  const left = () => lastKey + STILL - performance.now();
  while (left() > 0) await new Promise((done) => { setTimeout(done, left()); });
  waiting = [];
  tooMany = false;
}

function alarm(error, again) {
  const known = error instanceof Refusal;
  const gone = known && (error.status === 404 || error.status === 403);
  const said = known && !gone ? [error.said.error || error.message, remedyOf(error.said)] : [];
  const unreached = gone ? text().gone : text().lost;
  const parts = said.length ? [text().refused, ...said] : [unreached];
  if (isUnsaved()) parts.push(text().unsaved);
  retry = again;
  say("status", "");
  say("alert-text", parts.join(" "));
  at("alert").hidden = false;
}

const remedyOf = (said) => said[lang === "ja" ? "remedy_ja" : "remedy"] || "";

function calm() {
  retry = null;
  at("alert").hidden = true;
}

// ---- what a coder does -------------------------------------------------------------------------

const next = (after) => attempt(async () => {
  show(await ask(`next?after=${encodeURIComponent(after)}`));
});

const save = () => {
  if (!chosen.length) return say("status", text().choose);
  const { item_id, seen } = item;
  const sent = { item_id, themes: chosen, note: at("note").value, seen };
  const wasHidden = item.suggestions === null;
  return attempt(() => send(sent, wasHidden), save); // what is chosen may change before it is sent
};

async function send(sent, wasHidden) {
  const reply = await ask("answer", sent);
  drafts.delete(sent.item_id);
  const unchanged = reply.item.seen === sent.seen;
  if (wasHidden) {
    revealed = true;
    show(reply, text().savedGo(reply.progress));
    at("suggested").scrollIntoView({ block: "nearest" });
    return;
  }
  item = reply.item; // it is on disk: should the next request fail, it is not sent again
  const coming = await ask(`next?after=${encodeURIComponent(sent.item_id)}`);
  show(coming, unchanged ? text().unchanged : text().saved(reply.progress));
}

const skip = () => attempt(async () => {
  const here = item.item_id;
  const reply = await ask(`next?after=${encodeURIComponent(here)}`);
  const same = reply.item !== null && reply.item.item_id === here;
  show(reply, same ? text().onlyOne : "");
});

const undo = () => attempt(async () => {
  const reply = await ask("undo", { n_rows: progress.n_rows });
  const { item_id, undone } = reply.item;
  keepDraft();
  item = null;
  revealed = false;
  drafts.set(item_id, undone);
  show(reply, text().undone);
});

function visit(kind, side) {
  const id = item ? item.neighbours[kind][side] : "";
  if (!id) return say("status", text().noItem);
  return attempt(async () => show(await ask(`item?id=${encodeURIComponent(id)}`)));
}

function toggle(id) {
  const alone = start.fallback;
  if (chosen.includes(id)) chosen = chosen.filter((one) => one !== id);
  else if (id === alone) {
    if (chosen.length) say("status", text().alone(nameOf(alone)));
    chosen = [id];
  } else chosen = [...chosen.filter((one) => one !== alone), id];
  drawThemes();
}

function takeSuggested() {
  if (!item.suggestions || !item.suggestions.length) return say("status", text().none);
  chosen = item.suggestions.map((one) => one.theme);
  drawThemes();
}

function disagree(said) {
  progress = said.progress;
  drawProgress();
  if (!said.item) return say("status", text().moved);
  conflict = said.item;
  drawConflict();
  at("conflict").showModal();
  at("conflict-keep").focus();
}

function settle(replace) {
  const saved = conflict;
  const mine = { item_id: item.item_id, themes: chosen, note: at("note").value, seen: saved.seen };
  conflict = null;
  at("conflict").close();
  if (replace) {
    item.seen = saved.seen;
    return attempt(() => send(mine, false), save);
  }
  drafts.delete(item.item_id);
  item = null;
  show({ item: saved, progress });
  return next(saved.item_id);
}

function isUnsaved() {
  if (!item || revealed) return false;
  const answer = item.answer || { themes: [], note: "" };
  return at("note").value !== answer.note || chosen.join() !== answer.themes.join();
}

function keepDraft() {
  if (isUnsaved()) drafts.set(item.item_id, { themes: chosen, note: at("note").value });
  else if (item) drafts.delete(item.item_id);
}

// ---- what a coder sees -------------------------------------------------------------------------

function show(reply, message = "") {
  const stays = revealed && item && reply.item && item.item_id === reply.item.item_id;
  if (!stays) {
    keepDraft();
    revealed = false;
  }
  item = reply.item;
  progress = reply.progress;
  commands = reply.next_commands || commands;
  const known = item && ((!stays && drafts.get(item.item_id)) || item.answer);
  chosen = known ? [...known.themes] : [];
  at("note").value = known ? known.note : "";
  draw();
  say("status", message);
  if (!stays) {
    window.scrollTo(0, 0);
    rest();
  }
}

function element(kind, content, className = "") {
  const made = document.createElement(kind);
  if (className) made.className = className;
  made.append(content); // a text stays a text
  return made;
}

function draw() {
  document.documentElement.lang = lang;
  document.title = item ? `${text().page}: ${item.title}` : `${text().page} - cio_topics`;
  drawFixed();
  drawProgress();
  at("work").hidden = !item;
  at("done").hidden = Boolean(item);
  if (item) {
    drawItem();
    drawSuggestions();
    drawThemes();
  } else drawDone();
  drawActions();
  at("actions").setAttribute("aria-label", text().help);
  if (conflict) drawConflict();
}

function drawFixed() {
  const words = text();
  say("codebook", start.codebook[`name_${lang}`] || start.codebook.version);
  say("coder", words.coder(start.coder));
  say("shown", words.shown[start.shown]);
  say("language", words.other);
  at("language").lang = lang === "ja" ? "en" : "ja";
  at("open-help").replaceChildren(element("kbd", "?"), ` ${words.help}`);
  say("retry", words.retry);
  say("help-heading", words.help);
  say("help-text", words.helpText);
  say("help-close", words.close);
  at("help-keys").replaceChildren(...words.helpKeys.flatMap(([keys, meaning]) => {
    const term = document.createElement("dt");
    term.append(...keys.split(" / ").flatMap((key) => [element("kbd", key), " "]));
    return [term, element("dd", meaning)];
  }));
  say("note-label", words.note);
}

function drawProgress() {
  const words = text();
  at("bar").max = progress.n_items;
  at("bar").value = progress.n_done;
  at("bar").setAttribute("aria-label", words.counts(progress));
  const parts = [words.counts(progress)];
  if (progress.n_random) parts.push(words.random(progress));
  if (progress.n_compared) parts.push(words.agreed(progress));
  if (progress.seconds_left) parts.push(words.left(progress.seconds_left));
  say("counts", parts.join(" · "));
}

function drawItem() {
  const words = text();
  const number = item.number && words.number(item.number);
  const parts = [item.body, number, item.date || words.noDate,
    item.status && words.status(item.status)];
  say("context", parts.filter(Boolean).join(" · "));
  say("title", item.title);
  at("source").hidden = !item.source_url;
  if (item.source_url) {
    at("source-link").href = item.source_url;
    at("source-link").title = item.source_url;
    say("source-link", words.source);
  } else at("source-link").removeAttribute("href");
  at("meeting").hidden = !(item.before.length || item.after.length);
  say("meeting-heading", words.meeting);
  const here = element("li", item.title, "here");
  here.setAttribute("aria-current", "true");
  const beside = (title) => element("li", title);
  at("meeting-titles").replaceChildren(...item.before.map(beside), here, ...item.after.map(beside));
}

const sorted = (ids) => [...ids].sort().join(" ");

function suggestion(one) {
  const row = element("li", nameOf(one.theme));
  const found = one.evidence.map((piece) => (lang === "ja" ? `「${piece}」` : `“${piece}”`));
  row.append(element("span", `${one.weight.toFixed(2)} ${found.join(" ")}`, "evidence"));
  return row;
}

function answerText(answer) {
  if (!answer) return text().withdrawn;
  const names = answer.themes.map((theme, place) => `${place + 1}. ${nameOf(theme)}`);
  return `${names.join("  ")} (${answer.note || text().noNote})`;
}

function drawSuggestions() {
  const words = text();
  const hidden = item.suggestions === null;
  const shown = hidden ? [] : item.suggestions;
  say("suggested-heading", words.suggested);
  say("suggested-none", hidden ? words.hidden : words.none);
  at("suggested-none").hidden = shown.length > 0;
  at("suggested-themes").replaceChildren(...shown.map(suggestion));
  const verdict = at("verdict");
  verdict.hidden = !(revealed && item.answer);
  if (!verdict.hidden) {
    const ids = shown.map((one) => one.theme);
    const agrees = sorted(ids) === sorted(item.answer.themes);
    verdict.className = agrees ? "agrees" : "differs";
    say("verdict", (agrees ? "✓ " : "≠ ") + (agrees ? words.agrees : words.differs));
  }
  const others = item.others || [];
  at("others").hidden = !others.length;
  say("others-heading", words.others);
  at("others-answers").replaceChildren(
    ...others.map((one) => element("li", `${one.coder}: ${answerText(one)}`)),
  );
}

function themeButton(theme) {
  const rank = chosen.indexOf(theme.id) + 1;
  const button = element("button", element("kbd", theme.key || "·"), "theme");
  const name = element("span", nameOf(theme.id), "name");
  const meaning = theme[`definition_${lang}`];
  if (definitions && meaning) name.append(element("span", meaning, "definition"));
  button.type = "button";
  button.dataset.theme = theme.id;
  button.title = meaning;
  button.disabled = revealed;
  if (theme.key) button.setAttribute("aria-keyshortcuts", theme.key);
  button.setAttribute("aria-pressed", String(rank > 0));
  button.append(name, element("span", rank ? String(rank) : "", "rank"));
  return button;
}

function drawThemes() {
  say("themes-heading", text().themes);
  const focused = document.activeElement && document.activeElement.dataset.theme;
  at("themes").replaceChildren(...start.themes.map(themeButton));
  if (focused) at("themes").querySelector(`[data-theme="${CSS.escape(focused)}"]`).focus();
  at("note").disabled = revealed;
}

function drawDone() {
  const words = text();
  const lines = [words.counts(progress)];
  if (progress.n_random) lines.push(words.random(progress));
  if (progress.n_compared) lines.push(words.agreed(progress));
  say("done-heading", words.done);
  at("done-summary").replaceChildren(...lines.map((line) => element("li", line)));
  say("done-next", words.doneNext);
  say("done-commands", commands.join("\n"));
}

function drawConflict() {
  const words = text();
  say("conflict-heading", words.conflict);
  say("conflict-title", conflict.title);
  say("conflict-saved-heading", words.conflictSaved);
  say("conflict-saved", answerText(conflict.answer));
  say("conflict-mine-heading", words.conflictMine);
  say("conflict-mine", answerText({ themes: chosen, note: at("note").value }));
  say("conflict-keep", words.keep);
  say("conflict-replace", words.replace);
}

// Key, name, what it does, whether it can be used now.
const actions = () => [
  ["Enter", revealed ? "go" : "save", () => (revealed ? goOn() : save()), item],
  ["Space", "take", takeSuggested, item && !revealed && item.suggestions !== null],
  ["s", "skip", skip, item && !revealed],
  ["u", "undo", undo, progress.n_rows > 0],
  ["n", "note", () => at("note").focus(), item && !revealed],
  ["d", "definitions", toggleDefinitions, item && !revealed],
  ["←", "back", () => visit("queue", 0), item],
  ["→", "forward", () => visit("queue", 1), item],
];

function drawActions() {
  at("actions").replaceChildren(...actions().filter((action) => action[3]).map(
    ([key, name, act]) => {
      const button = element("button", element("kbd", key), name === "save" || name === "go" ? "main" : "");
      button.type = "button";
      button.append(` ${text().actions[name]}`);
      button.addEventListener("click", act);
      return button;
    },
  ));
}

function toggleDefinitions() {
  definitions = !definitions;
  drawThemes();
}

function switchLanguage() {
  lang = lang === "ja" ? "en" : "ja";
  draw();
  say("status", "");
}

// ---- keys --------------------------------------------------------------------------------------

const withShift = {
  ArrowLeft: () => visit("meeting", 0),
  ArrowRight: () => visit("meeting", 1),
};
const withoutShift = {
  s: () => item && skip(),
  u: undo,
  Backspace: undo,
  n: () => item && at("note").focus(),
  d: () => item && toggleDefinitions(),
  " ": () => item && takeSuggested(),
  ArrowLeft: () => visit("queue", 0),
  ArrowRight: () => visit("queue", 1),
};

// What a key may mean to the page; all others are the browser's.
const oneOfOurs = /^(.|Enter|Escape|Backspace|ArrowLeft|ArrowRight)$/u;

function onKey(event) {
  if (!event.repeat) lastKey = performance.now();
  if (event.isComposing || event.altKey || event.metaKey || event.defaultPrevented) return;
  const { shiftKey: shift, ctrlKey: ctrl } = event;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const stroke = { key, shift, ctrl, typed: event.key };
  if (conflict) {
    if (key === "k" || key === "o") taken(event, () => settle(key === "o"));
    return;
  }
  if (!progress) return retry && key === "Enter" && taken(event, retry);
  if (at("help").open || !oneOfOurs.test(key)) return;
  const inNote = event.target === at("note");
  if (inNote && !busy) return onNoteKey(event, key);
  if (ctrl && (key !== "z" || shift)) return;
  const control = event.target.closest("a, button");
  const onTheme = control && control.classList.contains("theme");
  const pressesControl = control && (key === " " || (key === "Enter" && !onTheme));
  if (busy) return taken(event, () => inNote || pressesControl || event.repeat || keep(stroke));
  if (pressesControl) return;
  if (event.repeat && !key.startsWith("Arrow")) return event.preventDefault(); // answers once
  const act = meaning(stroke);
  if (act) taken(event, act);
}

// What a key does now; the same whether it was typed just now or has waited.
function meaning(stroke) {
  const { key, shift, ctrl } = stroke;
  if (ctrl) return undo;
  if (key === "?") return () => at("help").showModal();
  if (retry && key === "Enter") return retry;
  if (revealed && key === "Enter") return () => goOn();
  if (revealed && key.length === 1 && key !== "u") return () => goOn(stroke);
  if (key === "Enter") return item && save;
  const act = (shift ? withShift : withoutShift)[key];
  if (act) return act;
  const theme = item && start.themes.find((one) => one.key === key);
  return theme && (() => { say("status", ""); toggle(theme.id); });
}

// Leave the suggestions for the next item; the key that did so is for that item, unless Space.
function goOn(stroke) {
  if (stroke && stroke.key !== " ") waiting.unshift(stroke);
  return next(item.item_id);
}

function keep(stroke) {
  tooMany ||= waiting.length >= AHEAD;
  if (!tooMany) waiting.push(stroke);
}

// Type the keys that waited, until one of them has to be waited for.
function replay() {
  while (waiting.length && !busy) retype(waiting.shift());
  if (!tooMany || busy) return;
  attempt(async () => {
    await stillness();
    say("status", text().tooMany(AHEAD));
  });
}

function retype(stroke) {
  if (at("help").open) {
    if (stroke.key === "Escape") at("help").close();
  } else if (document.activeElement === at("note") && !revealed) typeNote(stroke);
  else (meaning(stroke) || (() => {}))();
}

function typeNote({ key, ctrl, typed }) {
  const note = at("note");
  const { selectionStart: from, selectionEnd: to } = note;
  if (key === "Enter" || key === "Escape") rest();
  else if (key === "Backspace") {
    note.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
  } else if (typed.length === 1 && !ctrl) note.setRangeText(typed, from, to, "end");
}

function onNoteKey(event, key) {
  if (key !== "Enter" && key !== "Escape") return;
  taken(event, rest);
}

function taken(event, act) {
  event.preventDefault();
  act();
}

function onThemeClick(event) {
  const button = event.target.closest(".theme");
  if (!button || revealed) return;
  say("status", "");
  toggle(button.dataset.theme);
}

const rest = () => at(item ? "title" : "done-heading").focus({ preventScroll: true });

// A click is meant for what was on the screen, which is about to change.
function beforeClick(event) {
  if (busy && event.target.closest("main button, footer button")) {
    event.preventDefault();
    event.stopPropagation();
  } else afterMouse(event);
}

// After a click with the mouse the keys are the page's again, not the button's.
function afterMouse(event) {
  if (event.detail && event.target.closest("header button, main button, footer button")) rest();
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", beforeClick, { capture: true });
at("themes").addEventListener("click", onThemeClick);
at("language").addEventListener("click", switchLanguage);
at("open-help").addEventListener("click", () => at("help").showModal());
at("help-close").addEventListener("click", () => at("help").close());
at("retry").addEventListener("click", () => retry && retry());
at("conflict-keep").addEventListener("click", () => settle(false));
at("conflict-replace").addEventListener("click", () => settle(true));
at("conflict").addEventListener("close", () => { conflict = null; });
window.addEventListener("beforeunload", (event) => {
  if (retry || conflict || waiting.length) event.preventDefault();
});

attempt(async () => {
  start = await ask("start");
  lang = start.lang;
  show(await ask("next"));
});
