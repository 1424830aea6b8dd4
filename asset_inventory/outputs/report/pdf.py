"""Pages as PDF: printed by one headless Chromium, or by WeasyPrint, whichever this machine has.

A print bears the SHA-256 of the page that it was made from, behind its end, so that a page that has
not changed is not printed again, and a print of another page is recognised.
"""

import base64
import contextlib
import errno
import hashlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import util
from pathlib import Path

from asset_inventory.io.atomic import is_full, whole
from asset_inventory.model.errors import SourceError, write_error

_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
_ELSEWHERE = re.compile(r'<a( class="note")? href="(?!#)[^"]*"')
# seconds by the clock for one page, which ends a browser that hangs, also where a machine is busy
_PATIENCE = 900
_TAIL = 1024  # bytes at the end of a PDF that contain its last mark
_OF_PAGE = re.compile(rb"\n%page ([0-9a-f]{64})\n\Z")
# As a browser prints by itself from its command line: backgrounds, the sheets that the page asks
# for, and no header.
_HOW = {"printBackground": True, "preferCSSPageSize": True, "displayHeaderFooter": False}

PrintPage = Callable[[Path, Path], None]


@contextlib.contextmanager
def printer() -> Iterator[PrintPage | None]:
    """Give a function that prints a page (HTML file) to a path, or None where this machine has no
    printer of pages.

    Links to other files are dead on paper, and would show where they lay: only those within the
    page are kept. The function raises SourceError for a page that it cannot print. One browser
    prints all pages of a block.
    """
    browser = next((path for path in map(shutil.which, _BROWSERS) if path), None)
    if browser is None:
        yield _by_weasyprint if util.find_spec("weasyprint") else None
        return
    with tempfile.TemporaryDirectory(
        prefix="asset_inventory-", ignore_cleanup_errors=True
    ) as folder:
        if not hasattr(os, "posix_spawn"):
            yield lambda page, path: _by_command(browser, page, path, Path(folder))
            return
        with _Browser.started(browser, Path(folder)) as started:
            yield lambda page, path: _by_browser(started, page, path, Path(folder))


def is_print_of(path: Path, page: Path) -> bool:
    """Return whether a PDF is the print of a page as it is now."""
    try:
        with path.open("rb") as stream:
            stream.seek(-min(_TAIL, path.stat().st_size), os.SEEK_END)
            match = _OF_PAGE.search(stream.read())
        return (
            match is not None and match[1].decode() == hashlib.sha256(page.read_bytes()).hexdigest()
        )
    except OSError:
        return False


def _by_browser(browser: "_Browser", page: Path, path: Path, folder: Path) -> None:
    try:
        printed = browser.printed(_for_paper(page, folder).as_uri())
    except TimeoutError:
        raise SourceError(
            "error.not_printed_in_time", path=str(path), minutes=_PATIENCE // 60
        ) from None
    except (OSError, ValueError, KeyError) as fault:
        raise _not_printed(path, type(fault).__name__, folder) from None
    _keep(printed, page, path, folder)


def _by_command(browser: str, page: Path, path: Path, folder: Path) -> None:
    """Print one page by a browser of its own, where no pipes can be given to one that stays."""
    target = folder / "page.pdf"
    command = [
        *_command(browser, folder),
        "--no-pdf-header-footer",
        f"--print-to-pdf={target}",
        _for_paper(page, folder).as_uri(),
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)
        printed = target.read_bytes()
    except subprocess.TimeoutExpired:
        raise SourceError(
            "error.not_printed_in_time", path=str(path), minutes=_PATIENCE // 60
        ) from None
    except (OSError, subprocess.SubprocessError) as fault:
        raise _not_printed(path, type(fault).__name__, folder) from None
    _keep(printed, page, path, folder)


def _by_weasyprint(page: Path, path: Path) -> None:
    import weasyprint

    with tempfile.TemporaryDirectory(
        prefix="asset_inventory-", ignore_cleanup_errors=True
    ) as folder:
        try:
            printed = weasyprint.HTML(filename=str(_for_paper(page, Path(folder)))).write_pdf()
        except (OSError, ValueError) as fault:
            raise _not_printed(path, str(fault), Path(folder)) from None
        _keep(printed, page, path, Path(folder))


def _keep(printed: bytes, page: Path, path: Path, folder: Path) -> None:
    """Write a print to its place with the mark of its page; raises SourceError for a cut one."""
    if b"%%EOF" not in printed[-_TAIL:]:
        raise _not_printed(path, "cut", folder)
    with whole(path) as written:
        written.write_bytes(
            printed + b"\n%page " + hashlib.sha256(page.read_bytes()).hexdigest().encode() + b"\n"
        )


def _not_printed(path: Path, reason: str, folder: Path) -> SourceError:
    """Return the error of a page that was not printed, perhaps for want of disk space."""
    if is_full(folder):
        return write_error(folder.parent, OSError(errno.ENOSPC, reason))
    return SourceError("error.not_printed", path=str(path), reason=reason)


def _for_paper(page: Path, folder: Path) -> Path:
    """Return a copy of a page, which is one closed file, without links to other files."""
    copy = folder / "page.html"
    copy.write_text(_ELSEWHERE.sub(r"<a\1", page.read_text(encoding="utf-8")), encoding="utf-8")
    return copy


def _command(browser: str, folder: Path) -> list[str]:
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-first-run",
        f"--user-data-dir={folder}/profile",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # a browser has none for the administrator, and would not start
        command.insert(1, "--no-sandbox")
    return command


@dataclass
class _Browser:
    """A headless Chromium over two pipes, in the DevTools protocol: JSON that ends with a zero."""

    pid: int
    ask: int
    answer: int
    count: int = 0
    held: bytes = b""
    events: list[Mapping[str, object]] = field(default_factory=list)

    @classmethod
    @contextlib.contextmanager
    def started(cls, browser: str, folder: Path) -> "Iterator[_Browser]":
        """Give a browser that works in a folder, and end it with the block."""
        (command_reader, ask), (answer, answer_writer) = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_RDWR)
        # The browser reads from 3 and writes to 4; copies with higher numbers keep these two free.
        low = [os.dup(end) for end in (command_reader, answer_writer)]
        high = [_higher(end) for end in low]
        actions = [
            *((os.POSIX_SPAWN_DUP2, nothing, stream) for stream in (0, 1, 2)),
            (os.POSIX_SPAWN_DUP2, high[0], 3),
            (os.POSIX_SPAWN_DUP2, high[1], 4),
        ]
        try:
            command = [*_command(browser, folder), "--remote-debugging-pipe", "about:blank"]
            pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
        except OSError as fault:
            raise SourceError(
                "error.not_printed", path=browser, reason=type(fault).__name__
            ) from None
        finally:
            for end in {command_reader, answer_writer, nothing, *low, *high}:
                os.close(end)
        try:
            yield cls(pid, ask, answer)
        finally:
            for end in (ask, answer):
                os.close(end)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def printed(self, address: str) -> bytes:
        """Return a page as PDF; raises TimeoutError, OSError or ValueError where printing fails."""
        until = time.monotonic() + _PATIENCE
        target = self._call("Target.createTarget", until, url="about:blank")["targetId"]
        session = self._call("Target.attachToTarget", until, targetId=target, flatten=True)[
            "sessionId"
        ]
        self._call("Page.enable", until, session)
        self.events.clear()
        shown = self._call("Page.navigate", until, session, url=address)
        if "errorText" in shown:
            raise OSError(errno.EIO, str(shown["errorText"]))
        self._await("Page.loadEventFired", until)
        data = self._call("Page.printToPDF", until, session, **_HOW)["data"]
        self._call("Target.closeTarget", until, targetId=target)
        return base64.b64decode(str(data))

    def _call(
        self, method: str, until: float, session: str | None = None, **params: object
    ) -> Mapping[str, object]:
        self.count += 1
        message: dict[str, object] = {"id": self.count, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        text = json.dumps(message).encode() + b"\0"
        while text:
            text = text[os.write(self.ask, text) :]
        while True:
            answer = self._next(until)
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise ValueError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def _await(self, event: str, until: float) -> None:
        while not any(received["method"] == event for received in self.events):
            answer = self._next(until)
            if "method" in answer:
                self.events.append(answer)

    def _next(self, until: float) -> Mapping[str, object]:
        while b"\0" not in self.held:
            ready, _, _ = select.select([self.answer], [], [], max(until - time.monotonic(), 0))
            if not ready:
                raise TimeoutError
            part = os.read(self.answer, 2**20)
            if not part:
                raise OSError(errno.EPIPE, "the browser has ended")
            self.held += part
        text, self.held = self.held.split(b"\0", 1)
        return json.loads(text)


def _higher(descriptor: int) -> int:
    """Return a copy of a descriptor with a number above those that a program expects."""
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
