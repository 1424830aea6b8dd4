// Which language the page speaks: the address remembers it after its #.
"use strict";

(() => {
  const buttons = [...document.querySelectorAll("[data-language]")];
  const languages = buttons.map((button) => button.dataset.language);

  function speak(language) {
    document.documentElement.lang = language;
    document.title = document.querySelector(`h1 [lang=${language}]`).textContent;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }

  function choose(language) {
    speak(language);
    const parts = new URLSearchParams(location.hash.slice(1));
    parts.set("lang", language);
    history.replaceState(null, "", `#${parts}`);
  }

  const wanted = new URLSearchParams(location.hash.slice(1)).get("lang");
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.language));
  speak(languages.includes(wanted) ? wanted : document.documentElement.lang);
  document.documentElement.classList.add("live");
  window.__mapReady = true;
})();
