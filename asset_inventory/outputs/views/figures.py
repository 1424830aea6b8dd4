"""The figures of a report, of a city, a district or a department: every asset once on each map.

It computes nothing beyond an assessment, and only cuts and sums its tables by part.
"""

import datetime
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from asset_inventory.assessment.run import Assessment, ownership
from asset_inventory.model.tables import known_sum
from asset_inventory.outputs.views.city import maps_of, worst_first
from asset_inventory.risk.dependence import is_known
from asset_inventory.risk.exposure import STATES, states

Answer = TypeVar("Answer")

# fmt: off
COLUMNS = ("asset_id", "name", "asset_type", "owner", "district", "layer", "value", "floor_height",
           "usable")
# fmt: on
BOUNDS = ("ead", "ead_low", "ead_high")
_COUNTED = ("assets", *STATES)


@dataclass(frozen=True)
class Figures:
    """The assets of a city or of a part of it.

    `assets` has a row an asset: COLUMNS of ASSETS, EAD and its bounds (currency/year), `state` over
    all maps together (exposed on any, else unknown on any), `order` (0 = the first to look at; NaN:
    unusable) and `row` in ASSETS. `states` gives for each asset how it is counted on each of `maps`
    (hazard, return period), as its place in STATES, and `damage` what it loses there (currency): 0
    where it is not exposed, NaN where that is not known.
    """

    assets: pd.DataFrame
    maps: tuple[tuple[str, float], ...]
    states: np.ndarray
    damage: np.ndarray
    kept: dict[tuple[object, ...], Any] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def keep(self, compute: Callable[..., Answer], *arguments: Hashable) -> Answer:
        """Return what is computed of these assets, once, as the pages of all languages need it."""
        key = (compute.__qualname__, *arguments)
        if key not in self.kept:
            self.kept[key] = compute(self, *arguments)
        answer: Answer = self.kept[key]
        return answer


def figures_of(assessment: Assessment) -> Figures:
    """Return the figures of the whole city, its maps in the order of city.toml, frequent ones
    first.

    Where the damage of no exposed asset is known, no EAD is shown: the 0 of the others is no figure
    of a city.
    """
    assets = assessment.assets
    known = [name for name in COLUMNS if name in assets.columns]
    table = pd.DataFrame(assets[known]).astype(
        {"district": "str", "asset_type": "str", "layer": "str"}
    )
    table = table.assign(owner=table["owner"].astype("str"), row=np.arange(len(assets)))
    of_city = is_known(assessment.joint_ead, assessment.exposure, assessment.ead)
    table[list(BOUNDS)] = assessment.joint_ead[list(BOUNDS)].to_numpy() if of_city else np.nan
    maps = tuple((hazard, period) for hazard, periods in maps_of(assessment) for period in periods)
    on_maps, damage = _on_maps(assessment, maps)
    worst = worst_first(assessment, limit=len(assets))
    order = np.full(len(assets), np.nan)
    order[worst] = np.arange(len(worst))
    return Figures(
        table.assign(state=_together(on_maps, table["usable"]), order=order), maps, on_maps, damage
    )


def _on_maps(
    assessment: Assessment, maps: tuple[tuple[str, float], ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return how each asset is counted on each map, and what it loses there."""
    usable = assessment.assets["usable"].to_numpy(dtype=bool)
    ids = pd.Index(assessment.assets["asset_id"].astype(str))
    counted = np.zeros((len(usable), len(maps)), dtype=np.uint8)
    damage = np.zeros((len(usable), len(maps)))
    tables = [
        (
            table,
            ids.get_indexer(table["asset_id"].astype(str)),
            table["hazard"].astype(str).to_numpy(),
            table["return_period"].to_numpy(dtype=float),
        )
        for table in (assessment.exposure, assessment.damage)
    ]
    for place, (hazard, period) in enumerate(maps):
        rows = [
            (hazards == hazard) & (np.isnan(periods) if np.isnan(period) else periods == period)
            for _, _, hazards, periods in tables
        ]
        exposure, row, *_ = tables[0]
        shares = (
            exposure[name].to_numpy()[rows[0]] for name in ("exposed_fraction", "no_data_fraction")
        )
        counted[:, place] = states(usable, row[rows[0]], *shares)
        lost, row, *_ = tables[1]
        damage[counted[:, place] != STATES.index("not_exposed"), place] = np.nan
        damage[row[rows[1]], place] = lost["damage"].to_numpy()[rows[1]]
    return counted, damage


def _together(on_maps: np.ndarray, usable: pd.Series) -> np.ndarray:
    """Return how each asset is counted over all maps; not known where no map was used."""
    codes = np.full(
        len(on_maps), STATES.index("not_exposed" if on_maps.shape[1] else "no_data"), dtype=np.uint8
    )
    for state in ("no_data", "exposed"):  # the later wins
        codes[(on_maps == STATES.index(state)).any(axis=1)] = STATES.index(state)
    codes[~usable.to_numpy(dtype=bool)] = STATES.index("unusable")
    return codes


def part_of(figures: Figures, rows: np.ndarray) -> Figures:
    """Return the figures of some assets; `rows` are places in `figures.assets`."""
    return replace(
        figures,
        assets=figures.assets.iloc[rows],
        states=figures.states[rows],
        damage=figures.damage[rows],
    )


def rows_by(figures: Figures, column: str) -> dict[str, np.ndarray]:
    """Return the places of assets by district, owner, layer or type, without unassigned ones."""
    return {
        str(name): np.asarray(rows)
        for name, rows in figures.assets.groupby(column, observed=True).indices.items()
    }


def counts(figures: Figures) -> dict[str, int]:
    """Return how many assets there are, and how they are counted over all maps together."""
    return _counted(figures.assets["state"].to_numpy())


def by_map(figures: Figures) -> pd.DataFrame:
    """Return a row a hazard map: `hazard`, `return_period` (or NaN), `assets` and states.

    `damage` is what these assets lose there (currency; NaN where it is known for no exposed asset),
    `without_figure` the number of assets without it.
    """
    rows = [
        {
            "hazard": hazard,
            "return_period": period,
            **_counted(figures.states[:, place]),
            "damage": _damage_of(figures.damage[:, place], figures.states[:, place]),
            "without_figure": int(np.isnan(figures.damage[:, place]).sum()),
        }
        for place, (hazard, period) in enumerate(figures.maps)
    ]
    return pd.DataFrame(
        rows, columns=["hazard", "return_period", *_COUNTED, "damage", "without_figure"]
    )


def _damage_of(damage: np.ndarray, state: np.ndarray) -> float:
    exposed = damage[state == STATES.index("exposed")]
    return known_sum(exposed) if len(exposed) else known_sum(damage)


def rarest_maps(figures: Figures) -> dict[str, int]:
    """Return of each hazard the place of its rarest map, or of its scenario, in `maps`."""
    return {hazard: place for place, (hazard, _) in enumerate(figures.maps)}


def by_map_and_type(figures: Figures) -> pd.DataFrame:
    """Return EXPOSURE_COUNTS of these assets without districts, by hazard map and type."""
    types = rows_by(figures, "asset_type")
    rows = [
        {
            "hazard": hazard,
            "return_period": period,
            "asset_type": asset_type,
            **_counted(figures.states[rows, place]),
        }
        for place, (hazard, period) in enumerate(figures.maps)
        for asset_type, rows in types.items()
    ]
    return pd.DataFrame(rows, columns=["hazard", "return_period", "asset_type", *_COUNTED])


def part_named(city_figures: Figures, column: str, part: str) -> Figures:
    """Return the figures of the assets of a district or owner; none where it has none."""
    return city_figures.keep(_part_named, column, part)


def _part_named(city_figures: Figures, column: str, part: str) -> Figures:
    return part_of(
        city_figures, city_figures.keep(rows_by, column).get(part, np.array([], dtype=int))
    )


def by_part(figures: Figures, column: str) -> pd.DataFrame:
    """Return a row a part (`part`, NaN: none is given), the greatest EAD first: counts over all
    maps, EAD, bounds.

    The bounds are of all its assets, also of those `without_figure` (EAD). `exposed: <hazard>`
    counts those that the hazard's rarest map exposes. A sum of nothing is NaN; a bound of a sum is
    known where each part's is.
    """
    return figures.keep(_by_part, column)


def _by_part(figures: Figures, column: str) -> pd.DataFrame:
    grouped = figures.assets.groupby(column, dropna=False, observed=True)
    sums = grouped[list(BOUNDS)].sum(min_count=1)
    part, size = grouped.ngroup().to_numpy(), len(sums)

    def count(chosen: np.ndarray) -> np.ndarray:
        return np.bincount(part[chosen], minlength=size)

    assets = np.bincount(part, minlength=size)
    state = figures.assets["state"].to_numpy()
    known = figures.assets[list(BOUNDS)].notna().to_numpy()
    exposed = STATES.index("exposed")
    counted = {"assets": assets} | {
        name: count(state == place) for place, name in enumerate(STATES)
    }
    amounts = {
        name: sums[name].to_numpy()
        if place == 0
        else np.where(count(known[:, place]) == assets, sums[name], np.nan)
        for place, name in enumerate(BOUNDS)
    }
    reached = {
        f"exposed: {hazard}": count(figures.states[:, place] == exposed)
        for hazard, place in rarest_maps(figures).items()
    }
    without = {"without_figure": assets - count(known[:, BOUNDS.index("ead")])}
    table = (
        pd.DataFrame(counted | amounts | without | reached, index=sums.index)
        .rename_axis("part")
        .reset_index()
    )
    return table.sort_values(
        ["ead", "ead_high", "exposed", "assets", "part"],
        na_position="last",
        ignore_index=True,
        ascending=[False, False, False, False, True],
    )


def total_of(figures: Figures) -> pd.Series:
    """Return one row as in `by_part` of all these assets; without any, counts are 0."""
    return figures.keep(_total_of)


def _total_of(figures: Figures) -> pd.Series:
    if not len(figures.assets):
        return pd.Series(
            dict.fromkeys((*_COUNTED, "without_figure"), 0) | dict.fromkeys(BOUNDS, np.nan)
        )
    return _by_part(replace(figures, assets=figures.assets.assign(part="")), "part").iloc[0]


def worst(figures: Figures, *, limit: int) -> pd.DataFrame:
    """Return at most so many assets of the highest priority: exposed or unknown, as on the map."""
    looked_at = figures.assets["state"].isin([STATES.index("exposed"), STATES.index("no_data")])
    return figures.assets[looked_at & figures.assets["order"].notna()].nsmallest(limit, "order")


def data_of(assessment: Assessment, figures: Figures) -> pd.DataFrame:
    """Return OWNERSHIP of these assets, empty where it is not for this reader."""
    known = assessment.ownership
    return figures.keep(lambda mine: _data_of(assessment, mine)) if len(known) else known


def _data_of(assessment: Assessment, figures: Figures) -> pd.DataFrame:
    known = assessment.ownership
    delivered = {
        str(layer): datetime.date.fromisoformat(str(date))
        for layer, date in zip(known["layer"], known["data_date"], strict=True)
        if pd.notna(date)
    }
    day = assessment.provenance.get("day")
    return ownership(
        assessment.assets.iloc[figures.assets["row"].to_numpy()],
        figures.assets[list(BOUNDS)].reset_index(drop=True),
        assessment.city.assets,
        delivered=delivered,
        day=datetime.date.fromisoformat(day) if day else None,
    )


def _counted(state: np.ndarray) -> dict[str, int]:
    counts = np.bincount(state, minlength=len(STATES)).tolist()
    return {"assets": len(state), **dict(zip(STATES, counts, strict=True))}
