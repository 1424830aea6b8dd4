"use strict";
(() => {
  // review.js
  var buttons = [...document.querySelectorAll(
    /** @type {"button"} */
    "[data-language]"
  )];
  var languageOf = (button) => String(button.dataset.language);
  function speak(language) {
    document.documentElement.lang = language;
    document.title = document.querySelector(`h1 [lang=${language}]`)?.textContent ?? "";
    for (const button of buttons) button.setAttribute("aria-pressed", String(languageOf(button) === language));
  }
  function choose(language) {
    speak(language);
    const parts = new URLSearchParams(location.hash.slice(1));
    parts.set("lang", language);
    history.replaceState(null, "", `#${parts}`);
  }
  var wanted = new URLSearchParams(location.hash.slice(1)).get("lang");
  for (const button of buttons) button.addEventListener("click", () => choose(languageOf(button)));
  speak(wanted !== null && buttons.map(languageOf).includes(wanted) ? wanted : document.documentElement.lang);
  document.documentElement.classList.add("live");
  window.__mapReady = true;
})();
