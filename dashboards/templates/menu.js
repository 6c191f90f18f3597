/* Keeps one menu of the navigation open at a time; Escape, a click outside or leaving it closes it. */
"use strict";
(() => {
  const menus = [...document.querySelectorAll("details.menu")];
  const closeAllBut = (kept) => menus.forEach((menu) => { if (menu !== kept) menu.open = false; });
  for (const menu of menus) {
    menu.addEventListener("toggle", () => { if (menu.open) closeAllBut(menu); });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }
  document.addEventListener("click", (event) => closeAllBut(event.target.closest("details.menu")));
})();
