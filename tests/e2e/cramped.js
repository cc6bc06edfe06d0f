// Read by enlarged.py, run in the page. Gives the sentences of what is wrong, none when all is well.
(percent) => {
  const SLACK = 2; // px: borders and rounding
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const root = document.documentElement;
  const wrong = [];

  const heardOnly = (one) => Boolean(one.closest(".hide, .fr-sr-only"));
  const offPage = (box) => box.right + scrollX <= 0 || box.bottom + scrollY <= 0;
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !heardOnly(one);
  const name = (one) => (one.outerHTML ?? one.data).replace(/\s+/g, " ").slice(0, 90);
  const sizeOf = (one) => parseFloat(getComputedStyle(one).fontSize);
  const blockOf = (one) => {
    while (getComputedStyle(one).display === "inline") one = one.parentElement;
    return one;
  };
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK;

  /** The lines of a text, without the blank above and below its letters. */
  const linesOf = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return [...range.getClientRects()].map((box) => new DOMRect(
      box.x, box.y + box.height * 0.15, box.width, box.height * 0.7,
    ));
  };
  const texts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      if (text.data.trim() && seen(text.parentElement) && text.parentElement.tagName !== "OPTION") {
        found.push(text);
      }
    }
    return found;
  };

  const folded = [...document.querySelectorAll("details:not([open])")];
  for (const one of folded) one.open = true;
  const before = new Map(texts().map((text) => [text, sizeOf(text.parentElement)]));
  root.style.fontSize = percent === 100 ? "" : `${percent}%`;

  // The page goes down, never sideways.
  if (root.scrollWidth > root.clientWidth) {
    const far = [...document.body.querySelectorAll("*")].find((one) => !heardOnly(one)
      && !one.closest(".scroll, .fr-table__container")
      && one.getBoundingClientRect().right > root.clientWidth + 1);
    wrong.push(`${root.scrollWidth} px sur ${root.clientWidth}, dont ${far ? name(far) : "?"}`);
  }

  // Every text grows, by half at least (a title, large already, also follows its room).
  for (const [text, size] of before) {
    if (sizeOf(text.parentElement) < size * (0.5 + percent / 200)) {
      wrong.push(`ne grandit pas : ${name(text)}`);
    }
  }

  // Nothing is cut.
  for (const one of document.body.querySelectorAll("*")) {
    if (!seen(one) || one.matches("input, textarea, svg, svg *") || !one.textContent.trim()) continue;
    const { overflowX, overflowY } = getComputedStyle(one);
    const cuts = (way) => ["hidden", "clip"].includes(way);
    if ((cuts(overflowX) && one.scrollWidth > one.clientWidth + SLACK)
      || (cuts(overflowY) && one.scrollHeight > one.clientHeight + SLACK)) {
      wrong.push(`coupé : ${name(one)}`);
    }
  }
  const canvas = document.createElement("canvas").getContext("2d");
  for (const list of [...document.querySelectorAll("select")].filter(seen)) {
    const style = getComputedStyle(list);
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = list.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const said = list.selectedOptions[0]?.text ?? "";
    if (canvas.measureText(said).width > room + SLACK) wrong.push(`liste coupée : ${said}`);
  }

  // Nothing is written over something else, nor out of its button.
  const lines = texts().flatMap((text) => {
    const block = blockOf(text.parentElement);
    return linesOf(text).filter((box) => !offPage(box)).map((box) => ({ box, block, text }));
  }).sort((a, b) => a.box.top - b.box.top);
  lines.forEach((one, i) => {
    for (let j = i + 1; j < lines.length && lines[j].box.top < one.box.bottom; j += 1) {
      const other = lines[j];
      if (one.block !== other.block && meet(one.box, other.box)) {
        wrong.push(`l’un sur l’autre : ${name(one.text)} / ${name(other.text)}`);
      }
    }
    const holder = one.text.parentElement.closest("button, label, .btn, .fr-btn");
    const held = holder?.getBoundingClientRect();
    if (held && (one.box.left < held.left - SLACK || one.box.right > held.right + SLACK
      || one.box.top < held.top - SLACK || one.box.bottom > held.bottom + SLACK)) {
      wrong.push(`déborde : ${name(one.text)} de ${name(holder)}`);
    }
  });

  // Every control stands apart, and a finger or a pointer reaches it.
  const controls = [...document.querySelectorAll(CONTROLS)].filter(
    (one) => seen(one) && !offPage(one.getBoundingClientRect()),
  );
  controls.forEach((one, i) => {
    for (const other of controls.slice(i + 1)) {
      if (one.contains(other)) continue;
      const [a, b] = [[...one.getClientRects()], [...other.getClientRects()]];
      if (a.some((box) => b.some((with_) => meet(box, with_)))) {
        wrong.push(`se touchent : ${name(one)} / ${name(other)}`);
      }
    }
    one.scrollIntoView({ block: "center", inline: "center" });
    const box = one.getClientRects()[0];
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const own = [one, ...one.labels ?? []];
    if (!own.some((part) => part.contains(hit))) wrong.push(`hors d’atteinte : ${name(one)}`);
  });

  scrollTo(0, 0);
  root.style.fontSize = "";
  for (const one of folded) one.open = false;
  return wrong;
}
