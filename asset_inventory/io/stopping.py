"""A wish to stop, by Ctrl-C or SIGTERM, that waits while something must not be left half done."""

from __future__ import annotations

import atexit
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# seconds in which a second signal is the same wish: it does not disturb what the first one clears
_SAME_WISH = 5.0


class _State:
    """How many blocks hold a wish back, and the signal of one that waits."""

    held = 0
    waiting: int | None = None
    last = -_SAME_WISH


def heed() -> None:
    """Let each signal that asks to stop raise KeyboardInterrupt with its number, once."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _stop)
            # all is done then: what came too late ends nothing half
            atexit.register(signal.signal, number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    if time.monotonic() - _State.last < _SAME_WISH:
        return
    _State.last = time.monotonic()
    if _State.held:
        _State.waiting = number
        return
    raise KeyboardInterrupt(number)


@contextmanager
def undisturbed() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Hold a wish to stop back until the block ends; give what lets it through for a part of it.

    Examples
    --------
    >>> with undisturbed() as disturbed:
    ...     begun = ["a folder"]
    ...     with disturbed():
    ...         begun.append("what fills it")
    """
    before = _State.held
    _State.held = before + 1

    @contextmanager
    def disturbed() -> Iterator[None]:
        _State.held = before
        try:
            _let_through()
            yield
        finally:
            _State.held = before + 1

    try:
        yield disturbed
    finally:
        _State.held = before
    _let_through()


def _let_through() -> None:
    number, held = _State.waiting, _State.held
    if number is not None and not held:
        _State.waiting = None
        raise KeyboardInterrupt(number)
