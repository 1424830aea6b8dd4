"""Open a page as a reader does, in headless Chromium from disk and without a network, and see how
it does.

Every page is looked at by the same means, whoever made it. Times are taken inside the page, in
milliseconds.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
)
QUIET = 1000  # ms without drawing or a busy page: it is ready
REST = 2500  # ms: a browser that has just started loads windows of its own
PATIENCE = 180  # s
# Notes when something was drawn last, in page or by worker, when the page was busy, and how long
# frames took.
WATCH = """
(() => {
  const seen = window.__seen = { drawn: 0, busy: 0, frames: [], popup: null, clicked: null, faults: [] };
  new PerformanceObserver((list) => list.getEntries().forEach((one) => {
    seen.busy = Math.max(seen.busy, one.startTime + one.duration);
  })).observe({ type: "longtask", buffered: true });
  const note = (kind, names) => names.forEach((name) => {
    const work = kind.prototype[name];
    kind.prototype[name] = function noted(...given) { seen.drawn = performance.now(); return work.apply(this, given); };
  });
  note(CanvasRenderingContext2D, ["fill", "stroke", "fillRect", "drawImage", "putImageData"]);
  note(ImageBitmapRenderingContext, ["transferFromImageBitmap"]);
  addEventListener("error", (event) => seen.faults.push(String(event.message)));
  addEventListener("mousedown", () => { seen.clicked = performance.now(); }, true);
  new MutationObserver(() => {
    const text = document.querySelector(".leaflet-popup-content");
    if (seen.popup === null && seen.clicked !== null && text && text.textContent.trim()) seen.popup = performance.now();
  }).observe(document, { childList: true, subtree: true });
  const tick = (time) => {
    seen.frames.push(time);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})();
"""
STATE = """() => ({ now: performance.now(), drawn: __seen.drawn, busy: __seen.busy, faults: __seen.faults,
  load: (performance.getEntriesByType("navigation")[0] || {}).loadEventEnd || 0 })"""
GO = """([place, zoom]) => {
  const map = Object.values(window).find((one) => window.L && one instanceof L.Map);
  map.setView(place, zoom, { animate: false });
  const at = map.latLngToContainerPoint(place);
  const box = map.getContainer().getBoundingClientRect();
  return [at.x + box.left, at.y + box.top];
}"""


@dataclass(frozen=True)
class Seen:
    """What was seen of a page: milliseconds to ready, of the worst frame, from click to popup; MB
    of JavaScript.

    `heap` is what its objects take in page and worker together, `arrays` what the arrays outside of
    it take. NaN where the page never got so far.
    """

    ready: float
    frame: float
    popup: float
    heap: float
    arrays: float


def find_chromium() -> str | None:
    """Return the path of a browser that Playwright can drive, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def look_at(path: Path, place: list[float]) -> Seen:
    """Open a page, wait until it is ready, turn the wheel, click at a place (latitude,
    longitude), weigh its heap.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(OPTIONS))
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(1000 * PATIENCE)
            page.add_init_script(WATCH)
            workers = _workers(page)
            page.wait_for_timeout(REST)
            page.goto(path.as_uri())
            ready = _settled(page)
            frame = _worst_frame(page)
            popup = _popup(page, place)
            heap, arrays = _heap(page, workers)
            return Seen(ready, frame, popup, heap, arrays)
        finally:
            browser.close()


def _settled(page: Page) -> float:
    """Wait until nothing was drawn and the page was free for a while; return when that began."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        state = page.evaluate(STATE)
        if state["faults"]:
            raise RuntimeError(f"the page failed: {state['faults'][0]}")
        begun = max(state["drawn"], state["busy"], state["load"])
        if state["load"] and state["drawn"] and state["now"] - begun >= QUIET:
            return begun
        page.wait_for_timeout(50)
    return float("nan")


def _worst_frame(page: Page) -> float:
    """Zoom in and out by the wheel over the middle, and return the longest time between two
    frames.
    """
    page.mouse.move(640, 400)
    page.evaluate("() => { __seen.frames.length = 0; }")
    for turn in (-240, -240, 240, 240):
        page.mouse.wheel(0, turn)
        page.wait_for_timeout(700)
    frames = page.evaluate("() => __seen.frames")
    return max(later - earlier for earlier, later in zip(frames, frames[1:], strict=False))


def _popup(page: Page, place: list[float]) -> float:
    x, y = page.evaluate(GO, [place, 18])
    _settled(page)
    page.mouse.click(x, y)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        seen = page.evaluate("() => [__seen.clicked, __seen.popup]")
        if None not in seen:
            return seen[1] - seen[0]
        page.wait_for_timeout(50)
    return float("nan")


def _workers(page: Page) -> dict:
    """Return a place in which the page's workers tell what they are asked: sessions, and answers
    by number.
    """
    session = page.context.new_cdp_session(page)
    told: dict = {"session": session, "workers": [], "answers": {}}
    session.on("Target.attachedToTarget", lambda event: told["workers"].append(event["sessionId"]))

    def answered(event: dict) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            told["answers"][event["sessionId"], message["id"]] = message.get("result", {})

    session.on("Target.receivedMessageFromTarget", answered)
    session.send(
        "Target.setAutoAttach",
        {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False},
    )
    return told


def _heap(page: Page, told: dict) -> tuple[float, float]:
    """Return the MB that live objects take in page and workers, and what their arrays take
    outside of the heap.
    """
    session = told["session"]
    session.send("HeapProfiler.collectGarbage")
    answers = [session.send("Runtime.getHeapUsage")]
    for worker in told["workers"]:
        for number, method in ((1, "HeapProfiler.collectGarbage"), (2, "Runtime.getHeapUsage")):
            message = json.dumps({"id": number, "method": method})
            session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})
            end = time.monotonic() + 30
            while (worker, number) not in told["answers"] and time.monotonic() < end:
                page.wait_for_timeout(20)
        answers.append(told["answers"][worker, 2])
    return tuple(
        sum(one.get(name, 0) for one in answers) / 1e6
        for name in ("usedSize", "backingStorageSize")
    )
