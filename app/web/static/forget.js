// What this device kept of a theme and could not send: told where it would else be lost unseen, and
// forgotten where it can be sent no more (data-forget).
const place = document.getElementById("unsent");
const shown = place.querySelector("template").content.cloneNode(true);
const list = shown.querySelector("[data-unsent]");
for (const name of place.dataset.keptUnder.split(" ")) {
  try {
    for (const { asked, said } of Object.values(JSON.parse(localStorage.getItem(name)) ?? {})) {
      const line = document.createElement("li");
      line.append(asked);
      if (!("secret" in place.dataset)) line.append(document.createElement("br"), said);
      list.append(line);
    }
    if ("forget" in place.dataset) localStorage.removeItem(name);
  } catch { /* storage is shut: nothing was kept */ }
}
if (list.children.length) place.append(shown);
