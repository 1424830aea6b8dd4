"""Firefox as a reader has it, without a network, led over WebDriver BiDi
(w3.org/TR/webdriver-bidi).
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Everything goes to a proxy that is not there.
_PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.no_proxies_on": "",
    "network.proxy.allow_hijacking_localhost": True,
    "dom.security.https_first": False,  # it would try once more, later
    **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl", "socks")},
    **{f"network.proxy.{kind}_port": 9 for kind in ("http", "ssl", "socks")},
}
_VIOLATIONS = """() => { window.__violations = [];
    addEventListener("securitypolicyviolation", (event) => __violations.push(event.violatedDirective)); }"""
_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_PATIENCE = 60.0  # seconds


class FirefoxFault(Exception):
    """What Firefox answers that it could not do."""


class Tab:
    """One tab: the few things that a test does on a page, and what went wrong on it (`wrong`)."""

    def __init__(self, socket) -> None:
        self._socket, self._asked, self.wrong = socket, 0, []
        self._say("session.new", capabilities={})
        self._say("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self._say("script.addPreloadScript", functionDeclaration=_VIOLATIONS)
        self._context = self._say("browsingContext.getTree")["contexts"][0]["context"]

    def _say(self, method: str, **parameters: object) -> dict:
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=_PATIENCE))
            if message["type"] == "event":
                self._hear(message["method"], message["params"])
            elif message["id"] == self._asked:
                if message["type"] == "error":
                    raise FirefoxFault(message["message"])
                return message["result"]

    def _hear(self, event: str, about: dict) -> None:
        if event == "log.entryAdded" and about["level"] in ("error", "warn"):
            self.wrong.append(about["text"])
        elif event == "network.beforeRequestSent":
            url = about["request"]["url"]
            if not url.startswith(("file:", "data:", "blob:")):
                self.wrong.append(f"asked for {url}")

    def show(self, *, width: int, height: int) -> None:
        self._say(
            "browsingContext.setViewport",
            context=self._context,
            viewport={"width": width, "height": height},
        )

    def go(self, address: str) -> None:
        """Open an address. Raises FirefoxFault where nothing answers."""
        self._say("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def evaluate(self, code: str, given: object = None) -> object:
        """What an expression, or a function of `given`, is on the page."""
        function = code if "=>" in code.split("\n")[0] else f"() => ({code})"
        wrapped = f"async (given) => JSON.stringify([await ({function})(JSON.parse(given))])"
        answer = self._say(
            "script.callFunction",
            functionDeclaration=wrapped,
            awaitPromise=True,
            target={"context": self._context},
            arguments=[{"type": "string", "value": json.dumps(given)}],
        )
        if answer["type"] == "exception":
            raise FirefoxFault(answer["exceptionDetails"]["text"])
        (value,) = json.loads(answer["result"]["value"])
        return value

    def until(self, code: str) -> None:
        """Wait until an expression holds. Raises FirefoxFault where it does not within a minute."""
        end = time.monotonic() + _PATIENCE
        while not self.evaluate(code):
            if time.monotonic() > end:
                raise FirefoxFault(f"never {code}")
            time.sleep(0.05)

    def screenshot(self) -> bytes:
        return base64.b64decode(
            self._say("browsingContext.captureScreenshot", context=self._context)["data"]
        )

    def click(self, x: float, y: float) -> None:
        press = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._say(
            "input.performActions",
            context=self._context,
            actions=[{"type": "pointer", "id": "mouse", "actions": press}],
        )

    def press(self, *keys: str) -> None:
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._say(
            "input.performActions",
            context=self._context,
            actions=[{"type": "key", "id": "keys", "actions": strokes}],
        )


@contextmanager
def firefox(program: str, profile: Path) -> Iterator[Tab]:
    """A headless Firefox with a fresh profile in the folder `profile`; it is ended at the end."""
    from websockets.sync.client import connect

    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});"
        for name, value in _PREFERENCES.items()
    ]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [
        program,
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        "--remote-debugging-port",
        "0",
    ]
    with (
        (profile / "said.txt").open("w+", encoding="utf-8") as said,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said) as process,
    ):
        try:
            with connect(
                f"{_address(process, profile / 'said.txt')}/session", max_size=None, proxy=None
            ) as socket:
                yield Tab(socket)
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE)


def _address(process: subprocess.Popen, said: Path) -> str:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := _LISTENING.search(said.read_text(encoding="utf-8", errors="replace")):
            return found[1]
        time.sleep(0.05)
    raise FirefoxFault(said.read_text(encoding="utf-8", errors="replace")[-2000:])
