"""How much memory this process holds, has held, and holds above what it had before some work."""

from __future__ import annotations

import sys
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_memory() -> float:
    """Return the most memory this process has held (GB = 2**30 bytes), since `forget_peak` where
    that works.

    On Linux from the process's own record: what `getrusage` tells counts the parent in, when that
    was greater.
    """
    if STATUS.exists():
        return _recorded("VmHWM")
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset / 2**30
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**30  # macOS counts in bytes


def forget_peak() -> float:
    """Let the peak begin anew, as Linux can, and return the memory held now (GB); elsewhere the
    peak so far.
    """
    if not STATUS.exists():
        return peak_memory()
    Path("/proc/self/clear_refs").write_text("5")
    return _recorded("VmRSS")


def _recorded(name: str) -> float:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 2**20
