"""How long it takes to compare districts: draws of weights over 177 kelurahan and 6 criteria, as
Semarang has.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from rows import Row, timed
from setting import Setting

from asset_inventory.model.resilience import Criterion, Resilience
from asset_inventory.resilience.criteria import Figures, criteria
from asset_inventory.resilience.ranking import district_ranking, rank_acceptabilities

DISTRICTS, CRITERIA, DRAWS, TOP = 177, 6, 10_000, 5
_UNKNOWN = 0.1  # of the cells


def ranking(setting: Setting) -> Iterator[Row]:
    """Time of the shares of draws and of the standings, all known and with a tenth not known,
    which is drawn too.
    """
    for name, unknown in (("", 0.0), (f", {_UNKNOWN:.0%} not known", _UNKNOWN)):
        told, said = compared(unknown)
        measure = f"{DISTRICTS} districts x {CRITERIA} criteria x {DRAWS:,} draws{name}"
        seconds, shares = timed(
            lambda told=told, said=said: rank_acceptabilities(told, said),
            most=1 if setting.quick else 5,
        )
        yield Row(measure, seconds, asked="<= 1")
        basis = pd.DataFrame(
            {"assets": 100, "not_ranked": None, "comparable": True}, index=told["district"].unique()
        )
        seconds, _ = timed(
            partial(district_ranking, told, shares, said, basis),
            most=1 if setting.quick else 5,
        )
        yield Row(f"{measure}: scores and front", seconds)


def compared(unknown: float) -> tuple[pd.DataFrame, Resilience]:
    """Return CRITERIA of districts that always need the same, a share of their values not known,
    and the settings.
    """
    random = np.random.default_rng(1)
    names = [f"criterion {place}" for place in range(CRITERIA)]
    values = random.random((DISTRICTS, CRITERIA))
    values[random.random(values.shape) < unknown] = np.nan
    known = pd.DataFrame(values, index=[f"{place:03}" for place in range(DISTRICTS)], columns=names)
    declared = {
        name: Criterion(worst=1, best=0, front=place < 4) for place, name in enumerate(names)
    }
    found = Figures(known, known * np.nan, known * np.nan)
    return criteria(found, declared), Resilience(criteria=declared, draws=DRAWS, top=TOP)
