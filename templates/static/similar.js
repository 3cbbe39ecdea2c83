// While a unit is typed, registered units that look like it are shown at once; the portal tells which, by sending the page anew.
// Without this script they come when the page is saved.
"use strict";
(function () {
  const TELLING = ["name", "kind", "regon", "terc", "gmina_search", "street", "building", "town"];
  const hint = document.querySelector("[data-similar]"), form = hint && hint.closest("form");
  if (!form) return;

  // Whoever had it before the eyes is not stopped by it when the page is saved.
  const sight = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) form.elements.similar_seen.value = target.dataset.seen;
  }, { threshold: 0.5 });

  // Nothing moves under a finger or a mouse button that is down: the click would miss what it was meant for.
  let isDown = false, waiting = null;
  const later = () => setTimeout(() => {
    isDown = false;
    if (waiting) show(waiting);
  });
  document.addEventListener("pointerdown", () => { isDown = true; }, true);
  document.addEventListener("pointerup", later, true);
  document.addEventListener("pointercancel", later, true);

  function show(found) {
    waiting = isDown ? found : null;
    if (isDown || found.isEqualNode(hint)) return;
    sight.disconnect();
    hint.replaceChildren(...found.childNodes);
    const panel = hint.querySelector("[data-seen]");
    if (panel) sight.observe(panel);
  }

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
      // An answer to an older question is not told at all.
      if (found && question === asked) show(found);
    } catch { /* It comes when the page is saved. */ }
  });
})();
