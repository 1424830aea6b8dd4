"""The installed program: where it is, how it runs, what it answers.

The plugin's Python is that of QGIS and has no asset_inventory: everything goes through the console
script, with `--json` on standard output and lines of progress on standard error.
"""

import json
import os
import queue
import shutil
import signal
import subprocess
import threading

from qgis.core import QgsSettings

from .messages import language, say

PREFIX = "asset_inventory"
NAME = "asset-inventory"
# Where QGIS finds its own Python and data. The program has others, and would break with these.
_OF_QGIS = (
    "PYTHONHOME", "PYTHONPATH", "GDAL_DATA", "GDAL_DRIVER_PATH", "PROJ_LIB", "PROJ_DATA", "GDAL_PAMPATH",
    "QT_PLUGIN_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
)  # fmt: skip
_PATIENCE = 30  # seconds that a stopped command has to leave everything whole
_MOST = 2_000  # characters of a foreign program that are shown


class ProgramError(Exception):
    """The program's own sentence on why it did not do what was asked, and its code."""

    def __init__(self, message, code=""):
        super().__init__(message)
        self.code = code


class Stopped(ProgramError):
    """The user stopped the command."""


def setting(name):
    """Return a setting of the plugin as text; empty where there is none."""
    return str(QgsSettings().value(f"{PREFIX}/{name}", "") or "")


def keep_setting(name, value):
    """Keep a setting of the plugin."""
    QgsSettings().setValue(f"{PREFIX}/{name}", value)


def find_program():
    """Return the path of the program: as set, else on the PATH. Raises ProgramError."""
    stated = setting("program")
    found = shutil.which(os.path.expanduser(stated or NAME))
    if found is None:
        raise ProgramError(say("program.missing", path=stated or NAME), "no_program")
    return found


def run(command, options, arguments, feedback, *, progress=True):
    """Run a command; return its exit code (0 well, 1 errors in the data) and its answer.

    `feedback` gets progress and notices, and stops the command. Raises ProgramError with the
    program's own sentence, Stopped where `feedback` was cancelled.
    """
    options = [*options, "--json", "--language", language()]
    options += ["--progress", "json"] * progress
    call = [find_program(), command, *options, "--", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in _OF_QGIS}
    environment |= {"PYTHONIOENCODING": "utf-8"}
    windows = os.name == "nt"
    flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW if windows else 0
    try:
        process = subprocess.Popen(
            call,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
            errors="replace",
            creationflags=flags,
        )
    except OSError as fault:
        raise ProgramError(say("program.fault", path=call[0], why=fault), "no_program") from None
    output, lines = [], queue.Queue()
    readers = [
        threading.Thread(target=lambda: output.append(process.stdout.read()), daemon=True),
        threading.Thread(target=lambda: [*map(lines.put, process.stderr)], daemon=True),
    ]
    for reader in readers:
        reader.start()
    other, stopped = [], False
    while process.poll() is None or readers[1].is_alive() or not lines.empty():
        if feedback.isCanceled() and not stopped:
            stopped = True
            _stop(process, windows)
        try:
            _tell(lines.get(timeout=0.1), feedback, other)
        except queue.Empty:
            continue
    readers[0].join()
    process.stdout.close()
    process.stderr.close()
    if stopped and process.returncode not in (0, 1):
        raise Stopped(say("program.stopped"), "stopped")
    return process.returncode, _read(output[0], other, call[0])


def _stop(process, windows):
    """Ask the program to stop as Ctrl-C does, so that it leaves every file whole."""
    process.send_signal(signal.CTRL_BREAK_EVENT if windows else signal.SIGTERM)
    killer = threading.Timer(_PATIENCE, process.kill)
    killer.daemon = True
    killer.start()


def _tell(line, feedback, other):
    """Show a line of standard error; what is no line of progress is added to `other`."""
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        other.append(line)
    elif "step" in said:
        if said["done"] == 0:
            feedback.setProgressText(said["message"])
        if said["of"]:
            feedback.setProgress(100 * said["done"] / said["of"])
    elif "notice" in said:
        feedback.pushInfo(said["notice"])


def _read(text, other, path):
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        why = " ".join("".join(other).split())[-_MOST:] or text.strip()[:_MOST]
        raise ProgramError(say("program.no_answer", path=path, why=why or "-"), "no_answer")
    if "error" in answer and len(answer) == 1:
        raise ProgramError(answer["error"]["message"], answer["error"]["code"])
    return answer
