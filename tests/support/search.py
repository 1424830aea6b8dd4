"""What the search of a page lists for a text."""

from __future__ import annotations

from types import SimpleNamespace

from tests.support.browser import until

_LISTED = """() => [...document.querySelectorAll("#find-list [role=group]")].map((group) => [
    document.getElementById(group.getAttribute("aria-labelledby")).textContent,
    [...group.querySelectorAll("[role=option]")].map((one) => [...one.children].map((part) => part.textContent)),
])"""


def search(page, text: str) -> SimpleNamespace:
    """Type a text into the box and return what is listed: `groups` by heading, each the text and
    the note of its options; what is `said` to a screen reader; and the `note` above all groups.
    """
    page.fill("#find-text", text)
    until(page, "document.getElementById('find-list').dataset.text", text.strip())
    note = page.locator("#find-list > .quiet")
    return SimpleNamespace(
        groups=dict(page.evaluate(_LISTED)),
        said=page.inner_text("#news"),
        note=note.inner_text() if note.count() else "",
    )
