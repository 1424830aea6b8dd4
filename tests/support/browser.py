"""A browser that is cut off from every network, and the pages that tests open in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

LAUNCH = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
VIOLATIONS = """window.__violations = [];
addEventListener("securitypolicyviolation", (event) => __violations.push(event.violatedDirective));"""


def until(page, expression: str, wanted: object = True, *, seconds: float = 30) -> None:
    """Wait until an expression is what is wanted. The page itself looks: its policy lets nothing
    be made from text.
    """
    value = page.evaluate(
        f"""async ([wanted, time]) => {{
        const end = performance.now() + time;
        let value = {expression};
        while (JSON.stringify(value) !== JSON.stringify(wanted) && performance.now() < end) {{
            await new Promise((resolve) => setTimeout(resolve, 10));
            value = {expression};
        }}
        return value;
    }}""",
        [wanted, 1000 * seconds],
    )
    assert value == wanted, expression


def page_opener(browser: Browser, contexts: list[BrowserContext]) -> Callable[..., SimpleNamespace]:
    """A function that opens a file as a planner does, each time in a new context, which it adds to
    the list.

    It gives the page and what went wrong on it. The reader wants no motion, so that no test waits
    for it, unless `motion` is asked for. A page without a map is never `ready`. The script `first`
    runs before those of the page.
    """

    def opened(
        path: Path,
        *,
        width: int = 1280,
        height: int = 800,
        touch: bool = False,
        scripts: bool = True,
        address: str = "",
        motion: bool = False,
        ready: bool = True,
        first: str = "",
    ) -> SimpleNamespace:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            has_touch=touch,
            is_mobile=touch,
            java_script_enabled=scripts,
            reduced_motion="no-preference" if motion else "reduce",
        )
        contexts.append(context)
        page = context.new_page()
        wrong: list[str] = []
        page.on("request", lambda request: _note_address(request.url, wrong))
        page.on("console", lambda message: _note_console(message, wrong))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "dialog", lambda dialog: (wrong.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        if scripts:
            page.add_init_script(VIOLATIONS)
        page.add_init_script(first)
        page.goto(path.as_uri() + address)
        if scripts and ready:
            try:
                until(page, "window.__mapReady === true")
            except AssertionError:
                pytest.fail(f"the map was never ready: {wrong}")
        return SimpleNamespace(
            page=page, wrong=wrong, violations=lambda: page.evaluate("__violations")
        )

    return opened


def _note_address(url: str, wrong: list[str]) -> None:
    if not url.startswith(("file:", "data:", "blob:")):
        wrong.append(f"asked for {url}")


def _note_console(message, wrong: list[str]) -> None:
    if message.type in ("error", "warning"):
        wrong.append(message.text)
