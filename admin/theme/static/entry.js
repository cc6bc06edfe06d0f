// Entering with the keyboard alone: figures choose, 0 clears, Enter goes on. Without this script
// the page is a plain form: Tab, arrows, space, and Enter sends it.
(() => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  const asked = [...form.querySelectorAll("[data-question]")];
  const main = form.querySelector("[data-main]");
  const controls = (question) => [...question.querySelectorAll("input:not([type=hidden])")];
  const around = (element) => element.closest("[data-question]");
  const PAUSE = 800; // milliseconds between the two figures of 12
  let before = { question: null, text: "", at: 0, undo: null };

  const enter = (question) => {
    const all = controls(question);
    (all.find((one) => one.checked) || all[0]).focus();
    question.scrollIntoView({ block: "nearest" });
  };

  const goOn = (question) => {
    const next = asked[asked.indexOf(question) + 1];
    if (next) enter(next);
    else form.requestSubmit(main);
  };

  const choose = (question, figure, now) => {
    const all = controls(question);
    const goesOn = before.question === question && now - before.at < PAUSE
      && Number(before.text + figure) <= all.length;
    if (goesOn && before.undo) before.undo();
    const text = goesOn ? before.text + figure : figure;
    const one = all[Number(text) - 1];
    if (!one) return;
    const was = all.map((each) => each.checked);
    one.checked = one.type === "radio" || !one.checked;
    one.focus();
    before = { question, text, at: now, undo: () => all.forEach((each, i) => { each.checked = was[i]; }) };
  };

  const clear = (question) => controls(question).forEach((one) => {
    one.checked = false;
    if (one.type === "text") one.value = "";
  });

  // "?" and "/" beside a field: "Je ne sais pas", "Non concerné"; the field is then emptied.
  const special = (question, value) => {
    const box = controls(question).find((one) => one.type === "checkbox" && one.value === value);
    if (!box) return false;
    const chosen = !box.checked;
    clear(question);
    box.checked = chosen;
    return true;
  };
  const SPECIAL = { "?": "dont_know", "/": "not_concerned" };

  form.addEventListener("keydown", (event) => {
    const question = around(event.target);
    if (!question || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      goOn(question);
      return;
    }
    const typing = event.target.type === "text";
    const inField = question.dataset.question === "field";
    if (inField && (!typing || event.target.inputMode) && SPECIAL[event.key]) {
      if (special(question, SPECIAL[event.key])) event.preventDefault();
      return;
    }
    if (typing || !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    const second = before.question === question && event.timeStamp - before.at < PAUSE;
    if (event.key === "0" && !(second && Number(`${before.text}0`) <= controls(question).length)) clear(question);
    else if (!inField) choose(question, event.key, event.timeStamp);
  });

  // What is typed in a field takes the place of its "Je ne sais pas".
  form.addEventListener("input", (event) => {
    if (event.target.type !== "text") return;
    controls(around(event.target)).forEach((one) => { one.checked = false; });
  });

  const aimed = location.hash && form.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
  const first = (aimed && around(aimed)) || asked.find((one) => "open" in one.dataset) || asked[0];
  if (first) enter(first);
})();
