// Files can be dropped on the whole box around a file field, and on what is there already; their names are told. Without this script the
// field takes several files, picked or dropped on it, by itself.
"use strict";
(function () {
  for (const box of document.querySelectorAll("[data-drop]")) {
    const field = box.querySelector("input[type=file]"), said = box.querySelector("[data-drop-said]");
    const tell = () => {
      said.hidden = !field.files.length;
      said.textContent = [...field.files].map((file) => file.name).join(", ");
    };
    const over = (is) => () => box.classList.toggle("drop--over", is);
    field.addEventListener("change", tell);
    box.addEventListener("dragenter", over(true));
    box.addEventListener("dragleave", (event) => { if (!box.contains(event.relatedTarget)) over(false)(); });
    // A file that misses the box would be opened in place of the page, and what was typed would be gone.
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false)();
      if (!box.contains(event.target) || !event.dataTransfer.files.length) return;
      const all = new DataTransfer();
      for (const file of [...field.files, ...event.dataTransfer.files]) all.items.add(file);
      field.files = all.files;
      tell();
    });
  }
})();
