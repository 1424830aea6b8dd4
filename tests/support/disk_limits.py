"""Disks that are full, and folders that nobody may write in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

resource = pytest.importorskip("resource", reason="only Unix has limits for a process")


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """A disk on which every file ends after so many bytes, as where there is no room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def nothing_may_be_written(folder: Path, *more: Path) -> Iterator[None]:
    """A folder, and files, in which somebody who is not the administrator may read only."""
    before = {path: path.stat().st_mode for path in (folder, *more)}
    for path, mode in before.items():
        path.chmod(mode & ~0o222)
    nobody = 65534 if os.geteuid() == 0 else os.geteuid()
    myself = os.geteuid()
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(myself)
        for path, mode in before.items():
            path.chmod(mode)
