// Keeps what is under the pointer where it is, while the page of answers grows and shrinks around
// it: whoever is about to click on a question must not find another one in its place. Nothing
// glides: the window is scrolled at once by as much as the thing has moved.
//
// It watches the page rather than what changes it, so that no change can forget it.

const questions = document.getElementById("questions");
let point = null; // where the pointer last was in the window; null once the keyboard is used
// What keeps its place, the nearest first: how it is found again, and its top. Nothing, before the
// page has its letters, which move every line, or someone has touched it.
let held = [];

const topOf = (one) => one.getBoundingClientRect().top;
const bottomOf = (one) => one.getBoundingClientRect().bottom;
const firstBelow = (y) => [...questions.children].find((one) => bottomOf(one) > y);

/** The element, or what replaced it: a question is drawn anew under the same names. */
function finder(one) {
  if (one.htmlFor) return () => document.querySelector(`label[for="${CSS.escape(one.htmlFor)}"]`);
  if (one.id) return () => document.getElementById(one.id);
  return () => (one.isConnected ? one : null);
}

/** What a person is about to act on: a choice, then its question. */
function aims() {
  const focused = document.activeElement;
  const inSight = focused !== document.body && topOf(focused) < innerHeight && bottomOf(focused) > 0;
  const at = point ? document.elementFromPoint(point.x, point.y) : inSight && focused;
  if (!at) return [firstBelow(0)];
  const label = at.closest("label[for]") ?? at.labels?.[0];
  const question = at.closest("#questions > *");
  if (question) return [label, question];
  return [at.contains(questions) ? firstBelow(point ? point.y : 0) : at];
}

function hold() {
  held = aims().filter(Boolean).map((one) => ({ found: finder(one), top: topOf(one) }));
}

/** Put back where it was what a change has moved. */
function settle() {
  if (!held.length) return;
  const known = held.map(({ found, top }) => ({ one: found(), top })).find(({ one }) => one);
  if (known) putBack(known.one, known.top);
  hold();
}

function putBack(one, top) {
  const moved = () => topOf(one) - top;
  const scroll = () => window.scrollBy({ top: moved(), behavior: "instant" });
  if (Math.abs(moved()) < 1) return;
  scroll();
  if (moved() >= 1) { // the page is too short for that: room is added at its end
    document.body.style.minHeight = `${scrollY + innerHeight + moved()}px`;
    scroll();
  } else if (moved() <= -1) { // nothing above to go back to: the room that was there is left
    const block = one.closest("#questions > *") ?? one;
    block.style.marginTop = `${parseFloat(getComputedStyle(block).marginTop) - moved()}px`;
    block.dataset.room = "";
  }
}

/** Room left above a question closes once that moves nothing in sight, or nothing aimed at. */
function closeRooms() {
  const y = point?.y ?? held[0]?.top ?? 0;
  for (const block of document.querySelectorAll("[data-room]")) {
    const start = topOf(block) - parseFloat(block.style.marginTop);
    if (topOf(block) > 0 && y >= start) continue;
    block.style.marginTop = "";
    delete block.dataset.room;
    settle();
  }
}

function pointed(event) {
  point = { x: event.clientX, y: event.clientY };
  hold();
  closeRooms();
}

document.documentElement.style.overflowAnchor = "none"; // the browser's own way knows no pointer
for (const name of ["pointermove", "pointerdown", "pointerup"]) {
  document.addEventListener(name, pointed, { capture: true, passive: true });
}
document.addEventListener("keydown", () => { point = null; }, { capture: true });
document.addEventListener("focusin", hold);
for (const name of ["scroll", "resize"]) {
  window.addEventListener(name, () => { hold(); closeRooms(); }, { passive: true });
}
document.fonts.addEventListener("loadingdone", hold); // letters that come late move every line
const whole = { childList: true, characterData: true, subtree: true };
new MutationObserver(settle).observe(document.body, whole);
document.fonts.ready.then(hold);
