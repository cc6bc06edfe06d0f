// Ticked rows are counted live. Without this script, the next page tells the same before sending.
(() => {
  const form = document.querySelector("form[data-reach]");
  if (!form) return;
  const words = form.querySelector(".reach");
  const asked = words.textContent;
  const boxes = [...form.querySelectorAll("[name=rowid]")];
  const all = form.querySelector(".all");
  let turn = 0;

  const tell = async () => {
    const mine = ++turn;
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("picked", box.checked));
    all.checked = chosen.length === boxes.length;
    if (!chosen.length) {
      words.textContent = asked;
      return;
    }
    const query = new URLSearchParams(chosen.map((box) => ["rowid", box.value]));
    const answer = await fetch(`${form.dataset.reach}?${query}`);
    if (mine === turn && answer.ok) words.textContent = (await answer.json()).sentence;
  };

  all.hidden = !boxes.length;
  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    tell();
  });
  form.addEventListener("change", (event) => { if (event.target !== all) tell(); });
})();
