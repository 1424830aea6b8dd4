// What the address remembers after its #: the language, the place and what is chosen, so that a link opens the same view.
"use strict";

inventory.address = (() => {
  const read = () => new URLSearchParams(location.hash.slice(1));

  function write(changes) {
    const parts = read();
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) parts.delete(name);
      else parts.set(name, value);
    }
    try {
      history.replaceState(null, "", `#${parts}`);
    } catch {
      // a page inside a notebook has no address of its own to remember things in
    }
  }

  function language() {
    const wanted = read().get("lang");
    return inventory.words.languages.includes(wanted) ? wanted : inventory.page.language;
  }

  // A view is "latitude,longitude,zoom"; anything else is no view.
  function view() {
    const [lat, lng, zoom] = (read().get("view") || "").split(",").map(Number);
    return [lat, lng, zoom].every(Number.isFinite) && Math.abs(lat) <= 85 && zoom >= 1 && zoom <= 22 ? { lat, lng, zoom } : null;
  }

  return { read, write, language, view };
})();
