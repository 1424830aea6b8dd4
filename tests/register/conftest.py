"""A register of three clinics, and the words in which tests speak of one.

The clinics stand on a line, 10 m apart: 1 «Candi», 2 «Genuk», 3 without a name; each has a number
of beds.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from asset_inventory import register as registers
from asset_inventory.model.reading import read_city
from asset_inventory.register import Register
from tests.support.clinic_register import CITY


@pytest.fixture
def register(tmp_path) -> Register:
    (tmp_path / "city.toml").write_text(CITY, encoding="utf-8")
    return registers.open_register(read_city(tmp_path, files=False))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into."""
    folder = Path(tempfile.mkdtemp(prefix="register-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
