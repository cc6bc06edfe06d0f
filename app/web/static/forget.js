// A theme that was handed in leaves nothing on this device.
const { keptUnder } = document.querySelector("[data-kept-under]").dataset;
try { localStorage.removeItem(keptUnder); } catch { /* storage is shut: nothing was kept */ }
