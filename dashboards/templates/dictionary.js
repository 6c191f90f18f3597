/* Shows the tables and columns that contain every word of the search, and opens the table that a link leads to. */
"use strict";
(() => {
  const form = document.querySelector("form[data-dictionary]"), output = form.querySelector("output");
  const entries = [...document.querySelectorAll("details[data-entry]")].map((element) => ({
    element,
    text: element.dataset.entry.toLowerCase(),
    rows: [...element.querySelectorAll("tr[data-column]")].map((row) => ({ row, text: row.dataset.column.toLowerCase() })),
  }));

  const search = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isSearched = words.length > 0;
    let tables = 0, columns = 0;
    for (const { element, text, rows } of entries) {
      const isTable = words.every((word) => text.includes(word));
      let shown = 0;
      for (const { row, text: own } of rows) {
        const isShown = !isSearched || isTable || words.every((word) => own.includes(word) || text.includes(word));
        row.hidden = !isShown;
        shown += isShown ? 1 : 0;
      }
      element.hidden = isSearched && !isTable && shown === 0;
      element.open = isSearched && !element.hidden;
      tables += element.hidden ? 0 : 1;
      columns += shown;
    }
    for (const section of document.querySelectorAll("section[data-section]"))
      section.hidden = !section.querySelector("details:not([hidden])");
    document.querySelector("section[data-unsearched]").hidden = isSearched;
    output.textContent = isSearched
      ? `${columns} column${columns === 1 ? "" : "s"} in ${tables} of ${entries.length} tables and views`
      : "";
  };

  const openTarget = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target || !("open" in target)) return;
    if (target.hidden) { form.reset(); search(); }
    target.open = true;
    target.scrollIntoView();
  };

  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", openTarget);
  search();
  openTarget();
  document.body.setAttribute("data-ready", "yes");
})();
