"""The processes that read: one for each file, so that what a hostile file does to it ends there.

Importing what reads takes longer than most readings. Where the system can fork (Linux), a process
is therefore kept that has imported it and makes a copy of itself for each file; elsewhere a process
is started for each. The kept one gets the jobs on standard input, a line of JSON each, and answers
how each ended. A command makes it as a copy of its own process, which has read no file yet, so that
both import the libraries once.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from asset_inventory.io.environment import close

FORKS = sys.platform == "linux"  # elsewhere libraries that have been loaded do not all stand a copy
AT_ONCE = min(os.cpu_count() or 1, 4)
# How a job ended that was stopped (others have an exit code): SLOW had used its time of the
# processor, STUCK its time by the clock. The clock limits what waits for ever, and is the only
# limit where the system counts no time of the processor.
SLOW, STUCK = "slow", "stuck"
_OPEN = Path("/proc/self/fd")  # the descriptors that a process holds open
_LIBRARIES = {"geopandas", "pyogrio", "pyproj", "rasterio"}
# what a job may take by the clock, in times of its time of the processor: a machine may be busy
PATIENCE = 20
# Its folder, and the seconds it may take: for `do` those of the processor, which `reading` limits,
# then by the clock.
Job = tuple[str, float]
_lock = threading.Lock()


def do(jobs: Sequence[Job]) -> list[int | str]:
    """Do jobs of `reading`, a process each, and return how each ended: exit code, SLOW or STUCK.

    What the processes print is in `said.txt` in each job's folder.
    """
    jobs = [(folder, PATIENCE * seconds) for folder, seconds in jobs]
    if not FORKS:
        return [_started(folder, seconds) for folder, seconds in jobs]
    with _lock:
        answer = ""
        for _ in range(2):  # a process that has died since the last time is started once more
            try:
                kept = _kept(os.getpid(), sys.executable)
                kept.stdin.write(json.dumps(jobs) + "\n")
                kept.stdin.flush()
                answer = kept.stdout.readline()
            except OSError:
                answer = ""
            except BaseException:  # whoever stops us clears away the folders of these jobs
                _stop(kept, os.getpid())
                _kept.cache_clear()
                raise
            if answer:
                return json.loads(answer)
            _kept.cache_clear()
        return [1] * len(jobs)


def start() -> None:
    """Start the process that is kept, for a command that will read, in a closed environment."""
    if FORKS:
        with _lock:
            _kept(os.getpid(), sys.executable)


@dataclass(frozen=True)
class _Kept:
    """The process that is kept: its number, and the pipes to it and from it."""

    pid: int
    stdin: TextIO
    stdout: TextIO

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        os.waitpid(self.pid, 0)


@lru_cache(maxsize=1)
def _kept(owner: int, interpreter: str) -> subprocess.Popen | _Kept:  # noqa: ARG001  a fork has a pipe of its own
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    pipes |= {"process_group": 0}  # of its own, with all that it starts
    if _is_fresh():
        process = _copied()
    else:
        process = subprocess.Popen(_command(), env=_environment(), encoding="utf-8", **pipes)
    atexit.register(_stop, process, owner)
    return process


def _is_fresh() -> bool:
    """Return whether this is a command that has not begun: no reader loaded, no other thread."""
    return not _LIBRARIES & sys.modules.keys() and threading.active_count() == 1 and _OPEN.is_dir()


def _copied() -> _Kept:
    """Return a copy of this process, made when what both need is imported."""
    from asset_inventory.intake import reading

    opened = list(_OPEN.iterdir())
    descriptors = [int(x.name) for x in opened if int(x.name) > 2 and os.path.lexists(x)]
    reading.prepare()
    gc.collect()
    # what is imported stays; a copy that looks for garbage among it would copy the memory too
    gc.freeze()
    (jobs_in, jobs_out), (answers_in, answers_out) = os.pipe(), os.pipe()
    process = os.fork()
    if process:
        with suppress(OSError):  # a group of its own, with all that it starts
            os.setpgid(process, process)
        for end in (jobs_in, answers_out):
            os.close(end)
        jobs = os.fdopen(jobs_out, "w", encoding="utf-8")
        return _Kept(process, jobs, os.fdopen(answers_in, encoding="utf-8"))
    try:
        _leave(jobs_in, answers_out, (*descriptors, jobs_out, answers_in))
        with os.fdopen(0, encoding="utf-8") as jobs, os.fdopen(1, "w", encoding="utf-8") as ended:
            _serve(jobs, ended)
    finally:
        os._exit(0)


def _leave(jobs_in: int, answers_out: int, descriptors: Iterable[int]) -> None:
    """Keep nothing of the command in its copy: no open file, no signals, no import paths."""
    for number in descriptors:
        with suppress(OSError):
            os.close(number)
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_DFL)
    for number, stream in ((jobs_in, 0), (answers_out, 1), (os.open(os.devnull, os.O_WRONLY), 2)):
        os.dup2(number, stream)
        os.close(number)
    here = str(Path(__file__).parents[2])
    sys.path[:] = [here, *(place for place in sys.path if place and Path(place) != Path.cwd())]


def _stop(process: subprocess.Popen | _Kept, owner: int) -> None:
    if os.getpid() != owner:
        return
    with suppress(OSError):
        process.stdin.close()
    process.stdout.close()
    with suppress(ProcessLookupError, ChildProcessError):  # it has died, and was waited for
        with suppress(ProcessLookupError, PermissionError):  # it has no group of its own
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _command(*folder: str) -> list[str]:
    # -P: a folder with hostile files, in which the command may be run, is no place to import from.
    return [sys.executable, "-P", "-m", __package__, *folder]


def _environment() -> dict[str, str]:
    """Return the environment of a reader: closed, and able to find this very package."""
    environment = dict(os.environ)
    close(environment)
    here = str(Path(__file__).parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (here, environment.get("PYTHONPATH"))))
    return environment


def _started(folder: str, seconds: float) -> int | str:
    with (Path(folder) / "said.txt").open("wb") as output:
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output}
        command, environment = _command(folder), _environment()
        try:
            return _how(subprocess.call(command, env=environment, timeout=seconds, **streams))
        except subprocess.TimeoutExpired:
            return STUCK


def _how(code: int) -> int | str:
    """Return how a job ended, by the exit code of its process."""
    return SLOW if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU else code


# In the process that is kept.


def serve() -> None:
    """Do what is asked on standard input until it ends."""
    from asset_inventory.intake import reading

    reading.prepare()
    _serve(sys.stdin, sys.stdout)


def _serve(jobs: TextIO, answers: TextIO) -> None:
    for line in jobs:
        ended = _do_forked([tuple(job) for job in json.loads(line)])
        answers.write(json.dumps(ended) + "\n")
        answers.flush()


def _do_forked(jobs: list[Job]) -> list[int | str]:
    ended: dict[int, int | str] = {}
    waiting = list(enumerate(jobs))
    # a pipe that closes with its process: job, process, end of time
    running: dict[int, tuple[int, int, float]] = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            number, (folder, seconds) = waiting.pop(0)
            pipe, process = _forked(folder, pipes=list(running))
            running[pipe] = (number, process, time.monotonic() + seconds)
        rest = min(end for _, _, end in running.values()) - time.monotonic()
        closed, _, _ = select.select(list(running), [], [], max(rest, 0))
        for pipe, (number, process, end) in list(running.items()):
            late = time.monotonic() >= end
            if pipe not in closed and not late:
                continue
            if pipe not in closed:
                os.kill(process, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            ended[number] = _how(code) if pipe in closed else STUCK
            os.close(pipe)
            del running[pipe]
    return [ended[number] for number in range(len(jobs))]


def _forked(folder: str, *, pipes: Sequence[int]) -> tuple[int, int]:
    """Start a copy of this process for one job; return a pipe closed at its end, and its number.

    `pipes` are those of the copies that run; this one closes them all.
    """
    pipe, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return pipe, process
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open(Path(folder) / "said.txt", os.O_WRONLY | os.O_CREAT, 0o600)
        for stream, target in ((0, nothing), (1, log), (2, log)):
            os.dup2(target, stream)
        for other in (pipe, nothing, log, *pipes):
            os.close(other)
        from asset_inventory.intake import reading

        reading.main(Path(folder))
        code = 0
    finally:
        os._exit(code)
