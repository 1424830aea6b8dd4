"""A page as PDF: printed by a headless Chromium or by WeasyPrint, whichever this machine has."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from importlib import util
from pathlib import Path

from asset_inventory.errors import SourceError, not_written
from asset_inventory.sources.whole_files import is_full, whole

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_ELSEWHERE = re.compile(r'<a( class="note")? href="(?!#)[^"]*"')
_PATIENCE = 900  # seconds by the clock for one page, which ends a browser that hangs, also where a machine is busy
_TAIL = 1024  # bytes at the end of a PDF, among which its last mark stands


def find_printer() -> Callable[[Path, Path], None] | None:
    """Return a function that prints a page (HTML file) to a path, or None where this machine has no printer of pages.

    Links to other files are dead on paper, and would tell where they lay: only those within the page are kept. What it
    gives raises SourceError for a page that it cannot print.
    """
    browser = next((path for path in map(shutil.which, _BROWSERS) if path), None)
    if browser:
        return lambda page, path: _by_browser(browser, page, path)
    return _by_weasyprint if util.find_spec("weasyprint") else None


def _by_browser(browser: str, page: Path, path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="asset_inventory-", ignore_cleanup_errors=True) as folder:
        printed, there = Path(folder) / "page.pdf", _for_paper(page, Path(folder))
        asked = [browser, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions",
                 "--host-resolver-rules=MAP * ~NOTFOUND", "--no-first-run", f"--user-data-dir={folder}/profile",
                 "--no-pdf-header-footer", f"--print-to-pdf={printed}", there.as_uri()]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            asked.insert(1, "--no-sandbox")  # a browser has none for the administrator, and would not start
        try:
            subprocess.run(asked, check=True, capture_output=True, timeout=_PATIENCE)
            if b"%%EOF" not in printed.read_bytes()[-_TAIL:]:
                raise OSError(errno.EIO, "cut")
        except subprocess.TimeoutExpired:
            raise SourceError("error.not_printed_in_time", path=str(path), minutes=_PATIENCE // 60) from None
        except (OSError, subprocess.SubprocessError) as fault:
            raise _not_printed(path, type(fault).__name__, Path(folder)) from None
        with whole(path) as made:
            shutil.copyfile(printed, made)


def _by_weasyprint(page: Path, path: Path) -> None:
    import weasyprint

    with tempfile.TemporaryDirectory(prefix="asset_inventory-", ignore_cleanup_errors=True) as folder:
        try:
            printed = weasyprint.HTML(filename=str(_for_paper(page, Path(folder)))).write_pdf()
        except (OSError, ValueError) as fault:
            raise _not_printed(path, str(fault), Path(folder)) from None
        with whole(path) as made:
            made.write_bytes(printed)


def _not_printed(path: Path, reason: str, folder: Path) -> SourceError:
    """Return the error of a page that was not printed, which may be for want of room where the printer works."""
    if is_full(folder):
        return not_written(folder.parent, OSError(errno.ENOSPC, reason))
    return SourceError("error.not_printed", path=str(path), reason=reason)


def _for_paper(page: Path, folder: Path) -> Path:
    """Return a copy of a page, which is one closed file, without links to other files."""
    there = folder / "page.html"
    there.write_text(_ELSEWHERE.sub(r"<a\1", page.read_text(encoding="utf-8")), encoding="utf-8")
    return there
