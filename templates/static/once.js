// A form is sent once: a second click while the answer is on its way would be told that the work is done already.
// Without this script nothing breaks: the server does each thing once.
"use strict";
(function () {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // An answer that does not come, or is a file, leaves the page: the form works again.
    setTimeout(() => { delete form.dataset.sent; }, 10000);
  });
  // The page may come back from the browser's cache, with the form to be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
})();
