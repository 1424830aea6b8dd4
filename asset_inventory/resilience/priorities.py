"""Priority districts: those that the figures propose, and the figures when people decide.

People choose priority districts; the figures are evidence, and a choice against them is as good as
one with them if its reason is stated (100 Resilient Cities: an assessment and prioritisation
exercise, not a formula). The figures support a district that is among the first `top` by rank, that
they propose (the `top` most often among the neediest), or that is among the neediest in at least
the share `likely` of the simulations. Being non-dominated does not count, as many districts may be.
"""

import math

import pandas as pd

from asset_inventory.model.resilience import Resilience
from asset_inventory.model.tables import CHOSEN, WITHDRAWN

WITH, AGAINST, NO_FIGURES = "with", "against", "no figures"
_TAKEN = ("rank", "top_share", "robustness", "non_dominated")


def proposed(ranking: pd.DataFrame, top: int) -> tuple[str, ...]:
    """Return the districts that the figures propose: the `top` of DISTRICT_RANKING with the highest
    top-k share, in order.

    Examples
    --------
    >>> proposed(pd.DataFrame({"district": ["a", "b", "c"], "top_share": [0.2, 0.9, math.nan]}), 1)
    ('b',)
    """
    table = ranking.dropna(subset=["top_share"]).sort_values(
        "top_share", ascending=False, kind="stable"
    )
    return tuple(table["district"].astype(str).head(top))


def figures_at_choice(
    ranking: pd.DataFrame, district: str, choice: str, settings: Resilience
) -> dict[str, object]:
    """Return the figures of a district in DISTRICT_RANKING for DECISIONS, and in `figures` whether
    the choice is with them.

    A district without rank and share has no figures; a withdrawal is neither with nor against them
    (None).

    Examples
    --------
    >>> ranking = pd.DataFrame({
    ...     "district": ["west"], "rank": [1.0], "top_share": [0.95], "robustness": ["high"], "non_dominated": [True]})
    >>> figures_at_choice(ranking, "west", CHOSEN, Resilience())["figures"]
    'with'
    >>> figures_at_choice(ranking, "east", CHOSEN, Resilience())["figures"]
    'no figures'
    """
    row = ranking[(ranking["district"].astype(str) == district).to_numpy()]
    figures = {name: row[name].iloc[0] if len(row) else None for name in _TAKEN}
    rank, share = (
        float(row[name].iloc[0]) if len(row) else math.nan for name in ("rank", "top_share")
    )
    known = not (math.isnan(rank) and math.isnan(share))
    pointed = (
        rank <= settings.top
        or share >= settings.likely
        or district in proposed(ranking, settings.top)
    )
    agreement = (WITH if pointed == (choice == CHOSEN) else AGAINST) if known else NO_FIGURES
    return figures | {
        "top": float(settings.top) if known else None,
        "non_dominated": bool(figures["non_dominated"]) if known else False,
        "figures": None if choice == WITHDRAWN else agreement,
    }
