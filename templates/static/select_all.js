// „Zaznacz wszystkie na tej stronie” above a list whose rows have boxes. Without it one ticks them one by one.
"use strict";
(function () {
  const all = document.querySelector("[data-select-all]");
  if (!all) return;
  const box = all.querySelector("input"), rows = [...document.querySelectorAll("input[name=row]")];
  const settle = () => {
    const chosen = rows.filter((row) => row.checked).length;
    box.checked = chosen === rows.length;
    box.indeterminate = chosen > 0 && chosen < rows.length;
  };
  all.hidden = false;
  box.addEventListener("change", () => { for (const row of rows) row.checked = box.checked; });
  for (const row of rows) row.addEventListener("change", settle);
  // The browser may have kept what was ticked.
  window.addEventListener("pageshow", settle);
})();
