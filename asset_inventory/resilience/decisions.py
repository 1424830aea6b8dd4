"""What the figures say of a district at the moment in which people decide on it, and whether they decide with them.

People choose focus areas; the figures are evidence, and a choice against them is as good as one with them as long as
its reason is told (100 Resilient Cities: an assessment and prioritisation exercise, not a formula). The figures point
to a district that is among the first `top` by rank, that they propose (the `top` most often among the neediest), or
that is among the neediest in at least the share `likely` of the draws (see `acceptability`); whether it lies on the
front stands beside it, and does not count, for a front may be wide.
"""

from __future__ import annotations

import math

import pandas as pd

from asset_inventory.sources.city import Resilience
from asset_inventory.tables.resilience import CHOSEN, WITHDRAWN

WITH, AGAINST, NO_FIGURES = "with", "against", "no figures"
_TAKEN = ("rank", "top_share", "sureness", "on_front")


def proposed(standings: pd.DataFrame, top: int) -> tuple[str, ...]:
    """Return the districts that the figures propose: the `top` of STANDINGS most often among the neediest, in order."""
    table = standings.dropna(subset=["top_share"]).sort_values("top_share", ascending=False, kind="stable")
    return tuple(table["district"].astype(str).head(top))


def figures_at_choice(
    standings: pd.DataFrame, district: str, choice: str, settings: Resilience
) -> dict[str, object]:
    """Return what STANDINGS say of a district, as DECISIONS keep it, and in `figures` whether the choice is with them.

    A district without rank and share has no figures; a withdrawal is neither with nor against them (None).
    """
    row = standings[(standings["district"].astype(str) == district).to_numpy()]
    told = {name: row[name].iloc[0] for name in _TAKEN} if len(row) else dict.fromkeys(_TAKEN)
    rank, share = (math.nan if told[name] is None else float(told[name]) for name in ("rank", "top_share"))
    known = not (math.isnan(rank) and math.isnan(share))
    pointed = rank <= settings.top or share >= settings.likely or district in proposed(standings, settings.top)
    said = (WITH if pointed == (choice == CHOSEN) else AGAINST) if known else NO_FIGURES
    return told | {
        "top": float(settings.top) if known else None, "on_front": bool(told["on_front"]) if known else False,
        "figures": None if choice == WITHDRAWN else said,
    }  # fmt: skip
