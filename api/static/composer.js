// Empathy lines: a line begins the answer, names the department that was chosen, and leaves what was typed alone.
"use strict";

(({ find, all, wakes }) => {
  const department = (form) => {
    const select = find("select[name=department_id]", form);
    return select?.value ? select.selectedOptions[0].text.trim() : "";
  };
  const filled = (line, form) => {
    const team = department(form);
    return team ? line.dataset.words.replaceAll("{department}", team) : line.dataset.whole;
  };
  // which line stands in the field untouched
  const standing = (form, words) => all("[data-line]", form).find((line) => line.dataset.stood === words.value.trim());

  function begin(line) {
    const form = line.closest("form");
    const words = find("textarea", form);
    const typed = standing(form, words) ? "" : words.value.trim();
    line.dataset.stood = filled(line, form);
    words.value = typed ? `${line.dataset.stood} ${typed}` : line.dataset.stood;
    mark(form, line);
    words.focus();
    words.setSelectionRange(words.value.length, words.value.length);
    words.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function mark(form, chosen) {
    for (const line of all("[data-line]", form)) {
      if (line === chosen) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
    const field = find("input[name=line]", form);
    if (field) field.value = chosen?.dataset.id ?? "";
  }

  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]");
    if (!line || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    begin(line);
  });

  document.addEventListener("change", ({ target }) => {
    const form = target.closest("form");
    if (!target.matches("select[name=department_id]") || !form) return;
    const words = find("textarea", form);
    const line = words && standing(form, words);
    if (!line) return;
    line.dataset.stood = words.value = filled(line, form);
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });

  wakes((root) => {
    // a line that was chosen without script may still be changed with it
    for (const line of all("[data-line][aria-current]", root)) line.dataset.stood = line.dataset.whole;
  });
})(hearback);
