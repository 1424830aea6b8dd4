"""Priority districts and focus areas: what the figures propose, and the figures when people decide.

People choose priority districts; the figures are evidence, and a choice against them is as good as
one with them if its reason is stated (100 Resilient Cities: an assessment and prioritisation
exercise, not a formula). The figures support a district that is among the first `top` by rank, that
they propose (the `top` most often among the neediest), or that is among the neediest in at least
the share `likely` of the simulations. Being non-dominated does not count, as many districts may be.

Focus areas are themes, not places (100rcsemarang.org: «fokus area merupakan tematik area»). Each has
shocks, stresses and drivers of the City Resilience Framework; a city that declares none gets one
for each driver. They have no score: the reasons for a theme are listed, and a forum decides.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from asset_inventory.model.declarations import Name
from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.resilience import FocusArea, Pressure, Resilience
from asset_inventory.model.tables import CHOSEN, WITHDRAWN, empty
from asset_inventory.resilience.programmes import serving, without_programme

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


# The reasons for a theme: THEMES, `reasons`.
PERCEIVED, MEASURED, NO_PROGRAMME = "perceived", "measured", "no programme"


def themes(
    declared: Sequence[FocusArea],
    pressures: Sequence[Pressure],
    shocks_and_stresses: pd.DataFrame,
    programmes: pd.DataFrame | None,
    *,
    first: int,
) -> pd.DataFrame:
    """Return THEMES: the declared focus areas, else one for each driver of the City Resilience
    Framework; none without shocks and stresses.

    Reasons are one of its shocks and stresses among the `first` by perceived rank (perceived), one
    among the `first` by EAD (measured), and a shock, stress or driver of it without a programme.
    Themes with more reasons come first, then those perceived as more pressing, then the costlier
    ones. `programmes` is PROGRAMMES, None where programmes are not known: then their number is NaN.

    Examples
    --------
    Tidal flooding is perceived first and has a programme; power cuts have none:

    >>> rob, power = (
    ...     Pressure(id=name, name=name, kind="stress", drivers=[driver])
    ...     for name, driver in (("rob", "7"), ("power", "8")))
    >>> raised = pd.DataFrame({
    ...     "pressure": ["rob", "power"], "perceived_rank": [1.0, 2.0], "statements": [4, 1],
    ...     "cost": [9.0, math.nan], "cost_rank": [1.0, math.nan]})
    >>> done = pd.DataFrame({
    ...     "pressures": [("rob",)], "drivers": [tuple("1234567") + ("9", "10", "11", "12")], "status": ["running"]})
    >>> table = themes([], [rob, power], raised, done, first=1)
    >>> table[["theme", "reasons", "programmes", "pressures_without_programme"]].head(2).values.tolist()
    [['7', ('perceived', 'measured'), 1.0, ()], ['8', ('no programme',), 0.0, ('power',)]]
    """
    by_pressure = shocks_and_stresses.set_index(shocks_and_stresses["pressure"].astype(str))
    rows = []
    for area in declared or (_of_drivers(pressures) if pressures else []):
        own = by_pressure.loc[by_pressure.index.isin(area.pressures)]
        without: dict[str, tuple[str, ...]] = {
            name: () if programmes is None else without_programme(programmes, wanted, name)
            for name, wanted in (("pressures", area.pressures), ("drivers", area.drivers))
        }
        holds = {
            PERCEIVED: (own["perceived_rank"] <= first).any(),
            MEASURED: (own["cost_rank"] <= first).any(),
            NO_PROGRAMME: any(without.values()),
        }
        rows.append(
            {
                "theme": area.id,
                "pressures": tuple(area.pressures),
                "drivers": tuple(area.drivers),
                "reasons": tuple(name for name, true in holds.items() if true),
                "perceived_rank": own["perceived_rank"].min(),
                "statements": own["statements"].sum(skipna=False) if len(own) else 0.0,
                "cost": own["cost"].max(),
                "programmes": math.nan
                if programmes is None
                else serving(programmes, area.pressures, area.drivers),
                **{f"{name}_without_programme": ids for name, ids in without.items()},
            }
        )
    contract = empty("THEMES")
    table = pd.DataFrame(rows, columns=list(contract.columns)).astype(contract.dtypes.to_dict())
    order = np.lexsort(
        (
            -table["cost"].fillna(-1.0),
            table["perceived_rank"].fillna(np.inf),
            -table["reasons"].map(len).astype(float),
        )
    )
    return table.iloc[order].reset_index(drop=True)


def _of_drivers(pressures: Sequence[Pressure]) -> list[FocusArea]:
    """Return a theme for each driver of the City Resilience Framework, with its shocks and stresses."""
    return [
        FocusArea(
            id=driver,
            name=Name(en=english, id=indonesian),
            pressures=tuple(pressure.id for pressure in pressures if driver in pressure.drivers),
            drivers=(driver,),
        )
        for driver, (english, indonesian) in resilience_drivers().items()
    ]


def chosen(decisions: pd.DataFrame, subject: str) -> tuple[str, ...]:
    """Return the ids of the districts or themes (`subject`) that decisions in force chose, in order.

    Examples
    --------
    >>> decisions = pd.DataFrame({
    ...     "district": ["1", "2", None], "theme": [None, None, "7"], "choice": CHOSEN,
    ...     "stands": [False, True, True]})
    >>> chosen(decisions, "district"), chosen(decisions, "theme")
    (('2',), ('7',))
    """
    rows = decisions[subject].notna() & decisions["stands"] & (decisions["choice"] == CHOSEN)
    return tuple(decisions.loc[rows.to_numpy(dtype=bool), subject].astype(str))


def evidence_at_choice(table: pd.DataFrame, theme: str, choice: str) -> dict[str, object]:
    """Return the place of a theme in THEMES for DECISIONS, and in `figures` whether the choice is
    with its reasons.

    Examples
    --------
    >>> table = pd.DataFrame({"theme": ["7", "8"], "reasons": [("perceived",), ()]})
    >>> evidence_at_choice(table, "8", CHOSEN)["figures"]
    'against'
    """
    places = np.flatnonzero((table["theme"].astype(str) == theme).to_numpy())
    known = len(places) > 0
    has_reason = known and bool(table["reasons"].iloc[places[0]])
    agreement = (WITH if has_reason == (choice == CHOSEN) else AGAINST) if known else NO_FIGURES
    return {
        "rank": float(places[0] + 1) if known else None,
        "top": None,
        "top_share": None,
        "robustness": None,
        "non_dominated": False,
        "figures": None if choice == WITHDRAWN else agreement,
    }
