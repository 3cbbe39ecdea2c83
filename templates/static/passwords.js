// The switch „Pokaż hasło” beside each password, and how many characters a new one still needs. Without it nothing is missing
// that the portal does not say when the form is sent.
"use strict";
(function () {
  for (const box of document.querySelectorAll("[data-password]")) {
    const field = box.querySelector("input"), button = box.querySelector("button"), strength = box.querySelector("[data-strength]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
      field.focus();
    });
    // A shown password would be kept by some browsers among the texts that were typed.
    field.form?.addEventListener("submit", () => { field.type = "password"; });
    if (!strength) continue;
    const fewest = Number(strength.dataset.fewest), words = strength.dataset;
    field.addEventListener("input", () => {
      const typed = [...field.value.normalize("NFC")];
      const missing = fewest - typed.length;
      if (!typed.length) strength.textContent = "";
      else if (missing > 0) strength.textContent = words.short.replace("{count}", missing);
      else if (new Set(typed.map((c) => c.toLowerCase())).size < 5) strength.textContent = words.simple;
      else strength.textContent = words.enough;
    });
  }
})();
