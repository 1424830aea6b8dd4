"""Where the demo city is: it ships with the package, so that a first look needs nothing else."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def demo_city() -> Path:
    """The folder of the demo city, to be read or copied, never written to.

    Inside an installed package it is `cities/semarang`; where the project's own tree is used (also by an editable
    install) that folder does not exist, and the city is read from where it is kept, `data/semarang`.
    """
    installed = _PACKAGE / "cities" / "semarang"
    return installed if installed.is_dir() else _PACKAGE.parent / "data" / "semarang"
