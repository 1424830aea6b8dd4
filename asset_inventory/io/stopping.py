"""A request to stop (Ctrl-C or SIGTERM), delayed while work must not be left half done."""

from __future__ import annotations

import atexit
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# seconds in which a second signal is the same request: it does not interrupt what the first one clears
_SAME_REQUEST = 5.0


class _State(threading.local):
    """How many blocks delay a request, and the signal of one that waits.

    Python handles signals in the main thread: what another thread must finish delays nothing there.
    """

    held = 0
    waiting: int | None = None
    last = -_SAME_REQUEST


_state = _State()


def catch_stop_signals() -> None:
    """Let each signal that asks to stop raise KeyboardInterrupt with its number, once."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in _SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _stop)
            # at exit the work is done, and a late request must not change the exit code
            atexit.register(signal.signal, number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    if time.monotonic() - _state.last < _SAME_REQUEST:
        return
    _state.last = time.monotonic()
    if _state.held:
        _state.waiting = number
        return
    raise KeyboardInterrupt(number)


@contextmanager
def uninterrupted() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Delay a request to stop until the block ends; give what admits it for a part of the block.

    Examples
    --------
    >>> with uninterrupted() as interruptible:
    ...     begun = ["a folder"]
    ...     with interruptible():
    ...         begun.append("what fills it")
    """
    before = _state.held
    _state.held = before + 1

    @contextmanager
    def interruptible() -> Iterator[None]:
        _state.held = before
        try:
            _let_through()
            yield
        finally:
            _state.held = before + 1

    try:
        yield interruptible
    finally:
        _state.held = before
    _let_through()


def _let_through() -> None:
    number, held = _state.waiting, _state.held
    if number is not None and not held:
        _state.waiting = None
        raise KeyboardInterrupt(number)
