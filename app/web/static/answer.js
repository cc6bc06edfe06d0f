// Saves each answer as it is given, without leaving the page; keeps on the device what could not
// be sent; shows what colleagues answer meanwhile. Without it the page does the same by its
// buttons, and it goes on doing so: this script only ever sends what the form would.
//
// One question is one element, #question-<code>, drawn by the server, which also draws what
// replaces it. Nothing that a person is typing in is ever replaced under their hands.

const PAUSE = 800; // ms without a key before a field is saved
const POLL = 12_000; // ms between two looks at what others answered, while the page is visible
const RETRY = 5_000; // ms between two tries while the line is down
const FRESH = 20_000; // ms during which the last answer of the server proves that the line is up
const PATIENCE = 15_000; // ms after which a sending without an answer is one that did not pass
const REST = 350; // ms without a move of the pointer before the page changes around it
const LONGEST_REST = 2_000; // ms: hands that never rest see the page change all the same
const OUTLIVES = 60_000; // bytes: a larger sending is refused where it is to outlive its page
const SETTLED = ["kept", "unchanged"];
const TROUBLE = {
  "say-offline": { title: "Vous êtes hors ligne.", note: "En attente de connexion." },
  "say-trouble": {
    title: "Vos réponses ne peuvent pas être envoyées pour le moment.",
    note: "Pas encore envoyée.",
  },
};
const BACK = {
  "say-offline": "La connexion est revenue.",
  "say-trouble": "Vos réponses peuvent de nouveau être envoyées.",
};

const form = document.getElementById("answers");
const questions = document.getElementById("questions");
const { answer: ANSWER, state: STATE, keptUnder: KEPT_UNDER } = form.dataset;

let mark = form.dataset.mark; // what the server held when we last knew it all
let lineUp = true;
let trouble = ""; // while nothing passes: why, which is also the notice that says it
let closed = false; // nothing more can be saved from this page
let leaving = false; // the form may go: everything is saved
let hurried = false; // somebody waits for what is under way
let wake = () => {}; // ends the rest that is waited for
let keeping = true; // the device kept the last answer it was given to keep
let heardAt = Date.now();
let pointedAt = -Infinity;
let pauseTimer = 0;
let retryTimer = 0;
const pending = new Map(); // code → fields to send, or null: those on the page at that time
const sending = new Set(); // codes under way
const said = new Map(); // code → the question and the answer in words, of all that was given here
const doubtful = new Map(); // code → the values sent when the line fell: saved or not, we ignore
const waiting = new Map(); // code → markup to show once the person has left the question

// ---- The page

const element = (code) => document.getElementById(`question-${code}`);
const codes = () => [...questions.children].map((one) => one.id.replace("question-", ""));
const codeOf = (node) => node.closest?.("[id^=question-]")?.id.replace("question-", "");
const named = (code, part) => element(code)?.querySelector(`[name="${code}${part}"]`);
const disputed = (code) => Boolean(named(code, ".keep"));
const typingIn = (one) => one.contains(document.activeElement)
  && document.activeElement.matches("input[type=text], textarea");

/** A question and what is answered to it, in words: to be read again if it can be sent no more. */
function inWords(code) {
  const one = element(code);
  const typed = one.querySelector("input[type=text], textarea")?.value.trim();
  const ticked = [...one.querySelectorAll("input:checked")].map((box) => box.labels[0].textContent);
  return {
    asked: one.querySelector("legend, label").lastChild.textContent.trim(),
    said: [typed, ...ticked.map((label) => label.trim())].filter(Boolean).join(", ") || "sans réponse",
  };
}

/** The fields of one question as the form would send them, `seen` included. */
function fieldsOf(code) {
  return [...new FormData(form)].filter(([name]) => name === code || name.startsWith(`${code}.`));
}

function valuesIn(code, fields) {
  const mine = fields.some(([name, value]) => name === `${code}.keep` && value === "mine");
  const wanted = mine ? `${code}.mine` : code;
  return fields.filter(([name, value]) => name === wanted && value).map(([, value]) => value);
}

/** Put these values into the controls of a question. */
function fill(code, values) {
  const controls = [...element(code).querySelectorAll(`[name="${code}"]`)];
  const ticked = controls.filter((one) => ["radio", "checkbox"].includes(one.type));
  for (const one of ticked) one.checked = values.includes(one.value);
  const field = controls.find((one) => !ticked.includes(one));
  if (field) {
    const special = ticked.map((one) => one.value);
    field.value = values.filter((value) => !special.includes(value)).join(" ");
  }
}

/** Say it to those who listen. */
function tell(words) {
  document.getElementById("told").textContent = words;
}

/** Write under a question; `words` first, then what the server says of it, if it said anything. */
function note(code, words, fresh) {
  const place = element(code)?.querySelector("[data-saved]");
  if (!place) return;
  if (fresh) place.replaceChildren(...fresh.querySelector("[data-saved]")?.childNodes ?? []);
  place.querySelector("[data-note]")?.remove();
  if (!words) return;
  const line = document.createElement("p");
  line.dataset.note = "";
  line.textContent = words;
  place.prepend(line);
}

function drawn(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Replace a question, unless someone is in it; the focus stays on the control of that name. */
function swap(code, html) {
  const old = element(code);
  const focused = old.contains(document.activeElement) ? document.activeElement.id || code : "";
  old.replaceWith(drawn(html));
  waiting.delete(code);
  if (!focused) return;
  const control = document.getElementById(focused) ?? document.getElementById(code);
  control?.focus({ preventScroll: true });
}

/** Nothing on the page changes under hands that move: what they aim at could be elsewhere then. */
function handsAtRest() {
  const since = performance.now();
  return new Promise((resolve) => {
    wake = resolve;
    const look = () => {
      const now = performance.now();
      if (hurried || document.hidden || now - pointedAt > REST || now - since > LONGEST_REST) resolve();
      else setTimeout(look, 50);
    };
    look();
  });
}

/** After our own sending: a saved answer changes its words only, anything else the question. */
function showFate(one, fate, fields) {
  const old = element(one.code);
  const settled = SETTLED.includes(fate);
  if (settled && !disputed(one.code)) named(one.code, ".seen").value = one.event;
  if (pending.has(one.code)) return; // typed again meanwhile
  const mended = Boolean(old.querySelector("[aria-invalid]"));
  if (typingIn(old) && (!settled || mended)) {
    waiting.set(one.code, one.html);
  } else if (settled && !disputed(one.code) && !mended && old.contains(document.activeElement)) {
    note(one.code, "", drawn(one.html));
  } else {
    swap(one.code, one.html);
    if (fate === "refused") fill(one.code, valuesIn(one.code, fields)); // as typed, however long
  }
}

/** A colleague answered: shown at once, or once the person has left the question. */
function showNews(one) {
  tell(one.news);
  if (element(one.code).contains(document.activeElement)) {
    waiting.set(one.code, one.html);
  } else {
    swap(one.code, one.html);
  }
  note(one.code, one.news);
}

/** The questions that are asked now: new ones come, others go, the numbers follow. */
function arrange(told) {
  const asked = told.questions.map((one) => one.code);
  for (const code of codes()) {
    if (asked.includes(code) || element(code).contains(document.activeElement)) continue;
    if (pending.has(code)) pending.set(code, fieldsOf(code)); // what was typed is not lost
    element(code).remove();
  }
  let before = null;
  for (const one of told.questions) {
    if (!element(one.code) && one.html) {
      const place = before ? before.nextSibling : questions.firstChild;
      questions.insertBefore(drawn(one.html), place);
    }
    const number = element(one.code)?.querySelector("legend > span, .ask > span, .b-ask > span");
    if (number) number.textContent = one.number;
    before = element(one.code) ?? before;
  }
  document.getElementById("progress").innerHTML = told.progress;
  document.getElementById("sections").innerHTML = told.sections;
}

/** A notice above the buttons, or none. */
function notice(name, dress = () => {}) {
  const line = document.getElementById("line");
  if (!name) return line.replaceChildren();
  const shown = document.getElementById(name).content.cloneNode(true);
  shown.firstElementChild.removeAttribute("role"); // #told says it already
  dress(shown);
  return line.replaceChildren(shown);
}

// ---- What the device keeps

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT_UNDER)) ?? {};
  } catch {
    return {};
  }
}

/** Change what is kept. A browser may keep nothing, or have no room left: `keeping` tells. */
function keep(change) {
  try {
    const all = kept();
    change(all);
    if (Object.keys(all).length) localStorage.setItem(KEPT_UNDER, JSON.stringify(all));
    else localStorage.removeItem(KEPT_UNDER);
    keeping = true;
  } catch {
    keeping = false;
  }
}

/** An answer kept for a question of another section, which the server did not take. */
function showElsewhere() {
  const refused = Object.entries(kept()).filter(([code, one]) => one.told && !element(code));
  const place = document.getElementById("elsewhere");
  place.replaceChildren();
  if (!refused.length) return;
  place.append(document.getElementById("say-elsewhere").content.cloneNode(true));
  place.querySelector("[data-links]").replaceChildren(...refused.map(([code, { told }]) => {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = new URL(`${told.section}#question-${code}`, form.action);
    link.textContent = `Question ${told.number}, ${told.title}`;
    line.append(link);
    return line;
  }));
}

/** What an earlier visit could not send: back in its fields, to be sent as it was meant. */
function restore() {
  showElsewhere();
  for (const [code, { fields, told }] of Object.entries(kept())) {
    if (!element(code)) {
      if (!told) pending.set(code, fields);
    } else if (!disputed(code)) {
      fill(code, valuesIn(code, fields));
      named(code, ".seen").value = fields.find(([name]) => name === `${code}.seen`)?.[1] ?? "";
      said.set(code, inWords(code));
      pending.set(code, null);
    }
  }
}

// ---- The line

/** Ask the server. What is no answer of ours (a wireless network that wants one to log in, a
 * filter's page, half an answer) is a line that is down. */
async function ask(address, options) {
  let answer;
  let told = null;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    answer = await fetch(address, {
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      signal: patience.signal,
    });
    if (answer.status !== 304) told = await answer.json();
  } catch (why) {
    return setLine(false, why instanceof TypeError ? "say-offline" : "say-trouble");
  } finally {
    clearTimeout(timer);
  }
  const ours = answer.status === 304 || told?.[answer.ok ? "questions" : "sentence"];
  if (answer.status >= 500 || answer.status === 429 || !ours) return setLine(false, "say-trouble");
  heardAt = Date.now();
  setLine(true);
  return answer.ok || answer.status === 304 ? told : close(told.sentence, answer.status);
}

function showTrouble() {
  notice(trouble, (shown) => {
    shown.querySelector(keeping ? "[data-loose]" : "[data-kept]").remove();
  });
}

/** Nothing passes: this device is off line, or the server answers that it cannot. */
function setLine(up, why = "say-offline") {
  lineUp = up;
  const now = up ? "" : why;
  if (now !== trouble) {
    tell(up ? BACK[trouble] : TROUBLE[why].title);
    trouble = now;
    showTrouble();
  }
  if (!up) {
    for (const code of pending.keys()) note(code, TROUBLE[why].note);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(flush, RETRY);
  }
  return null;
}

/** Nothing more can be saved here: say why, once, and stop. What was not saved can still be read
 * and copied. Handed in elsewhere (409), or too long to be sent (413), it will never be sent: the
 * device keeps it no more. A page whose questions are asked no more (404) has saved it. */
function close(sentence, status) {
  closed = true;
  tell(sentence);
  const both = { ...kept(), ...Object.fromEntries(unsaved()) };
  const lost = status === 404 ? [] : Object.values(both).filter(({ asked }) => asked);
  notice("say-closed", (shown) => {
    shown.querySelector("[data-sentence]").textContent = sentence;
    const list = shown.querySelector("[data-unsent]");
    if (!lost.length) list.parentElement.remove();
    list.replaceChildren(...lost.map(unsent));
  });
  for (const [code] of unsaved()) note(code, "Non enregistrée.");
  if ([409, 413].includes(status)) keep((all) => { for (const code in all) delete all[code]; });
  return null;
}

/** What was given here and is not known to be saved, in words. */
function unsaved() {
  return [...said].filter(([code]) => pending.has(code) || sending.has(code));
}

function unsent({ asked, said }) {
  const line = document.createElement("li");
  line.append(asked, document.createElement("br"), said);
  return line;
}

let turn = Promise.resolve();
/** One exchange at a time: an old answer never comes after a newer one. */
function inTurn(work) {
  turn = turn.then(work, work);
  return turn;
}

function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send what is pending, all at once, in the order in which it was given. */
async function send() {
  clearTimeout(pauseTimer);
  if (closed) return;
  if (!pending.size) {
    if (!lineUp) await look();
    return;
  }
  if (doubtful.size) await look({ always: true }); // perhaps it was saved, and only its answer lost
  if (closed || (doubtful.size && !lineUp)) return;
  await carry(new Map(pending));
}

/** The page goes away while an answer is under way: those that wait for their turn leave now,
 * except a second answer to the same question, which would be taken for a colleague's. */
function leaveNow() {
  const others = new Map([...pending].filter(([code]) => !sending.has(code)));
  if (sending.size && others.size && !doubtful.size && !closed) carry(others);
  wake();
  return flush();
}

async function carry(meant) {
  const batch = new Map([...meant].map(([code, fields]) => [code, fields ?? fieldsOf(code)]));
  for (const code of meant.keys()) {
    pending.delete(code);
    sending.add(code);
  }
  const body = new URLSearchParams([["nonce", nonce()], ["shown", codes().join(",")]]);
  for (const fields of batch.values()) for (const [name, value] of fields) body.append(name, value);
  const keepalive = body.toString().length < OUTLIVES;
  const told = await ask(ANSWER, { method: "POST", body, keepalive });
  if (told) await handsAtRest();
  for (const code of meant.keys()) sending.delete(code);
  if (told) return taken(told, batch);
  const again = new Map([...meant, ...pending]);
  pending.clear();
  for (const [code, fields] of again) pending.set(code, fields);
  for (const [code, fields] of batch) doubtful.set(code, valuesIn(code, fields).join("\n"));
  if (!lineUp) for (const code of pending.keys()) note(code, TROUBLE[trouble].note);
}

/** What became of a sending. */
function taken(told, batch) {
  const { elsewhere } = told;
  keep((all) => {
    for (const code of batch.keys()) {
      const fate = told.fates[code] ?? "unchanged";
      if (pending.has(code)) continue;
      if (SETTLED.includes(fate)) delete all[code];
      else if (!element(code)) {
        const told = elsewhere.find((one) => one.code === code) ?? null;
        if (told) all[code] = { ...all[code], fields: batch.get(code), told };
        else delete all[code]; // it is asked no more: the server keeps it as it came
      }
    }
  });
  showElsewhere();
  for (const one of told.questions) {
    if (!batch.has(one.code) || !element(one.code)) continue;
    showFate(one, told.fates[one.code] ?? "unchanged", batch.get(one.code));
  }
  arrange(told);
  if (told.questions.every((one) => named(one.code, ".seen")?.value === one.event)) mark = told.mark;
  const wrong = told.questions.find((one) => batch.has(one.code) && (one.error || one.conflict));
  if (!wrong && elsewhere.length) tell(document.querySelector("#elsewhere h2").textContent);
  else if (!wrong) tell("Réponse enregistrée.");
  else if (!waiting.has(wrong.code)) {
    tell(wrong.error || `${wrong.conflict.opening}. Gardez la réponse qui convient.`);
  }
}

/** What stands now. A question touched here is left alone: its own sending will tell. */
async function look({ always = false } = {}) {
  if (closed) return;
  const headers = always ? {} : { "If-None-Match": `"${mark}"` };
  const told = await ask(STATE, { headers });
  if (!told) return;
  await handsAtRest();
  for (const one of told.questions) {
    const seen = named(one.code, ".seen");
    if (!seen || seen.value === one.event || disputed(one.code)) continue;
    if (doubtful.get(one.code) === one.raw.filter(Boolean).join("\n")) seen.value = one.event;
    else if (!pending.has(one.code) && !waiting.has(one.code)) showNews(one);
  }
  doubtful.clear();
  arrange(told);
  mark = told.mark;
}

const flush = () => inTurn(send);
const poll = () => inTurn(() => look());

// ---- What people do

function touched(code, { soon = false } = {}) {
  if (!code) return;
  if (closed) {
    note(code, "Non enregistrée.");
    return;
  }
  waiting.delete(code);
  pending.delete(code); // to the end of the row: the order is that of the last word
  pending.set(code, null);
  said.set(code, inWords(code));
  const kept = keeping;
  keep((all) => { all[code] = { fields: fieldsOf(code), ...said.get(code) }; });
  if (trouble && kept !== keeping) showTrouble();
  clearTimeout(pauseTimer);
  if (soon) pauseTimer = setTimeout(flush, PAUSE);
  else flush();
}

function clear(code) {
  fill(code, []);
  document.getElementById(code)?.focus(); // the button goes away with the answer
  touched(code);
}

/** The form leaves only when all is saved and the line is up: no answer goes with a lost page. */
async function submit(event) {
  if (leaving) return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.value.startsWith("clear:")) {
    clear(button.value.slice("clear:".length));
    return;
  }
  hurried = true;
  await flush();
  if (!closed && Math.abs(Date.now() - heardAt) > FRESH) await poll();
  hurried = false;
  if (closed) { // the server would answer by a page without what was written here
    document.querySelector("#line a").focus();
    tell(document.querySelector("#line [data-sentence]").textContent);
    return;
  }
  if (!lineUp) {
    const stay = document.querySelector("#line [data-stay]");
    if (stay) stay.hidden = false;
    tell(`${TROUBLE[trouble].title} ${stay?.textContent ?? ""}`);
    return;
  }
  leaving = true;
  keep((all) => { for (const code of said.keys()) delete all[code]; }); // the form carries them
  setTimeout(() => form.requestSubmit(button)); // not within this very event, which would ignore it
}

form.addEventListener("change", (event) => touched(codeOf(event.target)));
form.addEventListener("input", (event) => {
  if (event.target.matches("input[type=text], textarea")) {
    touched(codeOf(event.target), { soon: true });
  }
});
form.addEventListener("focusout", (event) => {
  const code = codeOf(event.target);
  const html = waiting.get(code);
  if (!html || element(code).contains(event.relatedTarget)) return;
  setTimeout(() => { // once the focus has arrived where it goes
    if (waiting.get(code) !== html || !element(code)) return;
    swap(code, html);
    const why = element(code).querySelector(`#${code}-error`);
    if (why) tell(why.textContent.trim());
  });
});
form.addEventListener("submit", submit);
window.addEventListener("pageshow", () => { leaving = false; });
window.addEventListener("online", flush);
window.addEventListener("offline", () => setLine(false));
document.addEventListener("visibilitychange", () => (document.hidden ? leaveNow() : poll()));
window.addEventListener("beforeunload", (event) => { // neither sent nor kept: ask before it is lost
  if ((pending.size || sending.size) && !lineUp && !keeping && !leaving) event.preventDefault();
});
for (const name of ["pointermove", "pointerdown", "pointerup"]) {
  document.addEventListener(name, () => { pointedAt = performance.now(); }, { passive: true });
}
setInterval(() => { if (!document.hidden && lineUp) poll(); }, POLL);

const promise = document.getElementById("when-saved");
promise.textContent = promise.dataset.live;
document.getElementById("erreurs")?.focus();
keep(() => {}); // does this browser keep anything at all?
restore();
if (!navigator.onLine) setLine(false);
flush();
