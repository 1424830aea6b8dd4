"""Runs and a register written by version 0.1 before its tables were renamed are read for ever.

`kept/run_0_1.zip` holds the town of tests/support/town.py with a survey, a projection and tidal
flooding that comes many times a year; a register with a pending delivery that adds a clinic worth
Rp500 (and its risk, computed then); and the results of `assess --xlsx` and `resilience`.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from asset_inventory import register as registers
from asset_inventory.assessment.delivery_impact import recomputed_impact, stored_impact
from asset_inventory.io.stored_runs import read_run
from asset_inventory.model.reading import read_city
from asset_inventory.verification import verify

pytestmark = pytest.mark.slow

KEPT = Path(__file__).parent / "kept" / "run_0_1.zip"


@pytest.fixture
def kept(tmp_path) -> Path:
    with zipfile.ZipFile(KEPT) as packed:
        packed.extractall(tmp_path)
    declared = tmp_path / "town" / "city.toml"  # of a time when few assets had a rank too
    text = declared.read_text(encoding="utf-8")
    assert "[scores]\n" in text
    declared.write_text(text.replace("[scores]\n", "[scores]\nfewest_assets = 1\n"), "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["run", "survey_run"])
def test_a_run_with_the_old_names_is_verified(kept, name):
    found = verify(read_run(kept / name), read_city(kept / "town", files=False))
    differing = [one for one in found.tables if one.figures and one.state != "same"]
    # a district with a missing criterion was called non-dominated; now it is not judged
    assert {one.name for one in differing} <= {"district_ranking", "district_comparison"}
    assert all(one.difference.count == 1 for one in differing)
    assert {one.difference.greatest.column for one in differing} <= {"non_dominated"}
    assert len(found.tables) > 15


def test_the_risk_kept_with_a_delivery_is_read(kept):
    register = registers.open_register(read_city(kept / "town"))
    made = registers.delivery(register, 3)
    risk, again = stored_impact(register, made), recomputed_impact(register, made)
    for name in ("exposure", "ead"):
        assert (
            getattr(risk.delta, name).round(6).to_csv()
            == getattr(again.delta, name).round(6).to_csv()
        )
