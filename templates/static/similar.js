// While a unit is typed, registered units that look like it are shown at once; the portal tells which, by sending the page anew.
// Without this script they come when the page is saved.
"use strict";
(function () {
  const TELLING = ["name", "kind", "regon", "terc", "gmina_search", "street", "building", "town"];
  const hint = document.querySelector("[data-similar]"), form = hint && hint.closest("form");
  if (!form) return;
  let asked = 0;
  form.addEventListener("change", async (event) => {
    if (!TELLING.includes(event.target.name)) return;
    const question = ++asked;
    try {
      const answer = await fetch(hint.dataset.similar, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(new FormData(form)),
      });
      if (!answer.ok) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-similar]");
      // What is the same is not told again, and an answer to an older question is not told at all.
      if (!found || question !== asked || found.isEqualNode(hint)) return;
      hint.replaceChildren(...found.childNodes);
    } catch { /* It comes when the page is saved. */ }
  });
})();
