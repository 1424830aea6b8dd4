"""Several hazards on one asset: one figure a year for each, by the relations that the city declares.

Hazards of events of their own: EAD = V(1 − Π(1 − EADᵢ/V)), the mean of joint harms 1 − Π(1 − dᵢ) of independent
hazards (Ordaz 2015, doi 10.1007/s11069-014-1495-7, of simultaneous hazards, conditionally independent). Hazards of one
event are joined at every return period and then integrated, maps of the same water by the greatest of their damages
(`joint_curves`). A stress with a yearly price s comes before the shocks m: V(s + (1 − s)m), the first rule. Where
nothing is declared of a pair the figure is that of unrelated hazards, and a range runs over all that it may be.
Assumed is that no hazard makes another worse.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.annual_damage import (
    ONE_EVENT,
    SAME_WATER,
    UNRELATED,
    EadRule,
    Events,
    Pair,
    Relation,
    declared_pairs,
    grouped,
    pairs_of,
    relation_in,
)
from asset_inventory.model.city import Hazard
from asset_inventory.model.tables import EXERCISE, REAL
from asset_inventory.risk.annual_damage import FEW_MAPS, by_period, least_and_most
from asset_inventory.risk.joint_curves import (
    Steps,
    curve_of,
    damaged_together,
    joint_annual_damage,
    joint_bounds,
    joint_points,
    steps_of,
)

Priced = Iterable[tuple[Hazard, Sequence[float]]]  # hazards, with the return periods (year) of their maps, rising
NO_HAZARD, ONE_HAZARD, SEVERAL, NOT_DECLARED, NOT_KNOWN = (
    "no hazard", "one hazard", "several relations", "not declared", "not known")  # fmt: skip
# What holds between the hazards that harm an asset.
RELATIONS = (NO_HAZARD, ONE_HAZARD, UNRELATED, ONE_EVENT, SAME_WATER, SEVERAL, NOT_DECLARED, NOT_KNOWN)
# Assets whose curves are held at one time, so that memory does not grow with the city.
CHUNK = 100_000
_FIGURES = ("ead", "ead_low", "ead_high", "ead_scored")


@dataclass(frozen=True)
class HazardLosses:
    """What each hazard that has EAD does (currency/year): arrays of hazards × assets, 0 where it has no row.

    `few` tells which of the hazards give bounds only; their `ead` is NaN, and `scored` the middle of the bounds, or the
    lower one without an upper. `touched` tells which assets they reach, or may.
    """

    hazards: tuple[Hazard, ...]
    periods: tuple[np.ndarray, ...]
    few: np.ndarray
    ead: np.ndarray
    low: np.ndarray
    high: np.ndarray
    scored: np.ndarray
    touched: np.ndarray

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the hazards."""
        return tuple(one.name for one in self.hazards)

    @property
    def harmed(self) -> np.ndarray:
        """Tell which assets a hazard harms, or may where its figure is not known."""
        return (self.ead > 0) | (self.touched & np.isnan(self.ead))


def joint_ead(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    ead: pd.DataFrame,
    hazards: Priced,
    *,
    rule: EadRule,
    relations: Iterable[Relation] = (),
) -> pd.DataFrame:
    """Return JOINT_EAD: a row for every asset, in their order, of all hazards of EAD together; none above its value.

    `ead` takes hazards of which nothing is declared as unrelated; `ead_least` and `ead_most` take them as all that they
    may be, and so do the bounds, which hold whatever the shape. A hazard that has bounds only has no part in these
    three, but in the bounds and, by their middle, in `ead_scored`. A figure is NaN where a part of it is, and without
    any part.
    """
    parts, size = losses_of(exposure, ead, hazards, len(assets)), len(assets)
    arrangements = possible_events(parts.hazards, relations)
    value = assets["value"].to_numpy(dtype=float)
    different = list(dict.fromkeys(arrangements))
    of_event = {event: _of_event(event, parts, assets, exposure, damage, rule)
                for event in dict.fromkeys(itertools.chain.from_iterable(different))}  # fmt: skip
    made = [_together([of_event[event] for event in events], parts, value) for events in different]
    return pd.DataFrame({
        "asset_id": pd.Categorical.from_codes(np.arange(size), categories=assets["asset_id"]),
        "ead": made[0]["ead"],
        "ead_least": np.min([one["ead"] for one in made], axis=0),
        "ead_most": np.max([one["ead"] for one in made], axis=0),
        "ead_low": np.min([one["ead_low"] for one in made], axis=0),
        "ead_high": np.max([one["ead_high"] for one in made], axis=0),
        "ead_scored": made[0]["ead_scored"],
        "relation": _relations(parts, arrangements),
        "hazards": _hazards(parts),
        "data_status": _status(assets, ead),
    })  # fmt: skip


def is_known(joint: pd.DataFrame, exposure: pd.DataFrame, ead: pd.DataFrame) -> bool:
    """Tell whether JOINT_EAD tells of damage: for an asset that a priced hazard exposes, or where none is exposed.

    Without values or curves the assets that no hazard reaches still have an EAD of 0, which is no figure of a city.
    """
    figured = (joint["ead"].notna() | joint["ead_high"].notna() | (joint["ead_low"] > 0)).to_numpy()
    reached = exposure[(exposure["exposed_fraction"] > 0) & exposure["hazard"].isin(ead["hazard"].unique())]
    exposed = joint["asset_id"].isin(reached["asset_id"].unique()).to_numpy()
    return bool(figured[exposed].any() if exposed.any() else figured.any())


def possible_events(hazards: Sequence[Hazard], relations: Iterable[Relation]) -> tuple[Events, Events, Events]:
    """Return hazards by event and water with undeclared pairs taken as unrelated, as one event, as the same water.

    A stress is unrelated to all, as it acts every year and not in events; waters that are not measured alike are not
    the same, and are taken as one event.
    """
    names = [one.name for one in hazards]
    told = {pair: one.relation for pair, one in declared_pairs(relations).items()}
    told = {pair: UNRELATED for pair in pairs_of(names) if any(one.name in pair for one in hazards
                                                              if one.kind == "stress")} | told  # fmt: skip
    units = {one.name: one.unit for one in hazards}
    free = [pair for pair in pairs_of(names) if pair not in told]
    acting = dict.fromkeys(free, ONE_EVENT)
    alike = {pair: SAME_WATER if len({units[name] for name in pair}) == 1 else ONE_EVENT for pair in free}
    told = {pair: word for pair, word in told.items() if pair <= set(names)}
    return grouped(names, told), grouped(names, told, acting), grouped(names, told, alike)


def relation_of(pair: Pair, arrangements: Iterable[Events]) -> str:
    """Return how two hazards hang together, `not declared` where that is not the same however they may be grouped."""
    words = {relation_in(events, pair) for events in arrangements}
    return words.pop() if len(words) == 1 else NOT_DECLARED


def losses_of(exposure: pd.DataFrame, ead: pd.DataFrame, hazards: Priced, size: int) -> HazardLosses:
    """Return what each hazard that has rows of EAD does to `size` assets."""
    row, reached = ead["asset_id"].cat.codes.to_numpy(), exposure["asset_id"].cat.codes.to_numpy()
    kept, columns = [], {name: [] for name in ("ead", "low", "high", "scored", "touched", "few")}
    for hazard, periods in hazards:
        of_hazard = ead[(ead["hazard"] == hazard.name).to_numpy()]
        if not len(of_hazard):
            continue
        kept.append((hazard, np.asarray(periods, dtype=float)))
        low, high = of_hazard["ead_low"].to_numpy(), of_hazard["ead_high"].to_numpy()
        only = (of_hazard["rule"] == "bounds only").to_numpy()
        middle = np.where(only, low + np.nan_to_num(high - low) / 2, of_hazard["ead"].to_numpy())
        for name, values in (("ead", of_hazard["ead"]), ("low", low), ("high", high), ("scored", middle)):
            whole = np.zeros(size)
            whole[row[(ead["hazard"] == hazard.name).to_numpy()]] = values
            columns[name].append(whole)
        touched = np.zeros(size, dtype=bool)
        touched[reached[(exposure["hazard"] == hazard.name).to_numpy()]] = True
        columns["touched"].append(touched)
        # a stress has a price of its own a year, however few its maps
        columns["few"].append(hazard.kind == "shock" and int(of_hazard["maps"].max()) <= FEW_MAPS)
    few = np.array(columns.pop("few"), dtype=bool)
    stacked = {name: np.array(one, dtype=bool if name == "touched" else float).reshape(len(kept), size)
               for name, one in columns.items()}  # fmt: skip
    return HazardLosses(tuple(one for one, _ in kept), tuple(one for _, one in kept), few, **stacked)


def _together(
    of_events: Sequence[Mapping[str, np.ndarray]], parts: HazardLosses, value: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the figures of unrelated events together; EAD is not known where every hazard gives bounds only."""
    if not of_events:
        return {name: np.full(len(value), np.nan) for name in _FIGURES}
    found = {name: damaged_together([one[name] for one in of_events], value) for name in _FIGURES}
    return found | {"ead": np.full(len(value), np.nan)} if parts.few.all() else found


def _of_event(
    event: Sequence[Sequence[str]],
    parts: HazardLosses,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    rule: EadRule,
) -> dict[str, np.ndarray]:
    """Return EAD, its bounds and what is scored of the hazards of one event; what is known by bounds only adds 0."""
    places = [parts.names.index(name) for water in event for name in water]
    whole = [place for place in places if not parts.few[place]]
    found = {"ead": parts.ead[whole].sum(axis=0), "ead_low": parts.low[places].sum(axis=0),
             "ead_high": parts.high[places].sum(axis=0)}  # fmt: skip
    if len(places) > 1:
        several = parts.harmed[whole].sum(axis=0) > 1
        touched = parts.touched[places].any(axis=0)
        joint = _joint_figures(event, parts, assets, exposure, damage, rule, touched, several)
        for name, figures in joint.items():
            replaced = several if name == "ead" else True
            found[name] = np.where(np.isnan(found[name]) | ~np.bool_(replaced), found[name], figures)
    value = assets["value"].to_numpy(dtype=float)
    scored = found["ead"]
    counted = {parts.names[place] for place in whole}
    for water in event:
        for name in (name for name in water if name not in counted):
            figure = parts.scored[parts.names.index(name)]
            alike = counted & set(water)
            scored = np.maximum(scored, figure) if alike else damaged_together([scored, figure], value)
            counted.add(name)
    return found | {"ead_scored": scored}


def _joint_figures(
    event: Sequence[Sequence[str]], parts: HazardLosses, assets: gpd.GeoDataFrame, exposure: pd.DataFrame,
    damage: pd.DataFrame, rule: EadRule, touched: np.ndarray, several: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return EAD of the assets that `several` hazards of one event harm, and the bounds of all.

    Only those that one of them may reach need their own curves; what nothing reaches can still be lost beyond the
    rarest maps.
    """
    value, names = assets["value"].to_numpy(dtype=float), [name for water in event for name in water]
    laid = [table[table["hazard"].isin(names).to_numpy()] for table in (exposure, damage)]
    nothing = pd.DataFrame({"usable": [True]})
    *_, most = _of_rows(event, parts, nothing, [table.iloc[:0] for table in laid], np.ones(1), rule, np.zeros(1, bool))
    found = {"ead": np.zeros(len(value)), "ead_low": np.zeros(len(value)), "ead_high": value * most}
    rows = np.flatnonzero(touched)
    for chunk in np.array_split(rows, max(1, -(-len(rows) // CHUNK))) if len(rows) else ():
        place = np.full(len(value), -1)
        place[chunk] = np.arange(len(chunk))
        part = pd.DataFrame({"usable": assets["usable"].to_numpy()[chunk]})
        tables = [_of_chunk(table, place, len(chunk)) for table in laid]
        figures = _of_rows(event, parts, part, tables, value[chunk], rule, several[chunk])
        for name, values in zip(found, figures, strict=True):
            found[name][chunk] = values
    return found


def _of_chunk(table: pd.DataFrame, place: np.ndarray, size: int) -> pd.DataFrame:
    """Return the rows of some assets, whose ids are then their `place` among these."""
    codes = place[table["asset_id"].cat.codes.to_numpy()]
    kept = table[codes >= 0]
    return kept.assign(asset_id=pd.Categorical.from_codes(codes[codes >= 0], categories=range(size)))


def _of_rows(
    event: Sequence[Sequence[str]], parts: HazardLosses, assets: pd.DataFrame, tables: Sequence[pd.DataFrame],
    value: np.ndarray, rule: EadRule, several: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return EAD (0 where not `several` hazards harm), and its bounds, of some assets; `tables` are theirs."""
    steps: dict[str, Steps] = {}
    curves = {}
    for name in (name for water in event for name in water):
        place = parts.names.index(name)
        hazard, periods = parts.hazards[place], parts.periods[place]
        reckoned, unknown = by_period(assets, *tables, hazard, periods)
        least, most = least_and_most(reckoned, unknown, value)
        steps[name] = steps_of(hazard, periods, least, most, rule)
        if not parts.few[place]:
            curves[name] = curve_of(hazard, periods, least[several], value[several], rule)
    ead = np.zeros(len(value))
    if several.any():
        waters = [[name for name in water if name in curves] for water in event]
        ead[several] = joint_annual_damage(curves, [water for water in waters if water], value[several], rule)
    return ead, *joint_bounds(steps, event, value, counts_tail=rule.tail != "none")


def event_points(
    waters: Sequence[Sequence[str]],
    parts: HazardLosses,
    asset: pd.DataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    rule: EadRule,
) -> pd.DataFrame:
    """Return what one event's hazards that have EAD do to one asset, by falling `frequency` (1/year): a row a point.

    A column a hazard (currency), and `joint`; without rows where fewer than two of them have EAD.
    """
    value, curves = asset["value"].to_numpy(dtype=float), {}
    for name in (name for water in waters for name in water):
        place = parts.names.index(name)
        if not parts.few[place]:
            hazard, periods = parts.hazards[place], parts.periods[place]
            least, _ = least_and_most(*by_period(asset, exposure, damage, hazard, periods), value)
            curves[name] = curve_of(hazard, periods, least, value, rule)
    if len(curves) < 2:
        return pd.DataFrame()
    kept = [there for water in waters if (there := [name for name in water if name in curves])]
    return pd.DataFrame([{"frequency": point, **{name: float(one[0]) for name, one in damages.items()},
                          "joint": float(joint[0])} for point, damages, joint in joint_points(curves, kept, value)])


def _relations(parts: HazardLosses, arrangements: Sequence[Events]) -> pd.Categorical:
    """Return for each asset how the hazards that harm it hang together, a word of RELATIONS."""
    code = {word: place for place, word in enumerate(RELATIONS)}
    harmed = parts.harmed
    count = harmed.sum(axis=0)
    unknown = np.isnan(parts.low) & np.isnan(parts.ead)
    nothing = np.where(unknown.any(axis=0) | (len(harmed) == 0), code[NOT_KNOWN], code[NO_HAZARD])
    found = np.where(count == 0, nothing, np.where(count == 1, code[ONE_HAZARD], -1))
    for one, other in itertools.combinations(range(len(harmed)), 2):
        both = harmed[one] & harmed[other]
        word = code[relation_of(frozenset((parts.names[one], parts.names[other])), arrangements)]
        before = found[both]
        undeclared = (before == code[NOT_DECLARED]) | (word == code[NOT_DECLARED])
        mixed = np.where(undeclared, code[NOT_DECLARED], code[SEVERAL])
        found[both] = np.where((before < 0) | (before == word), word, mixed)
    return pd.Categorical.from_codes(found, categories=list(RELATIONS))


def _hazards(parts: HazardLosses) -> pd.Categorical:
    """Return the names of the hazards that harm each asset, joined by commas; missing where there are none."""
    harmed = parts.harmed
    keys = np.zeros(harmed.shape[1], dtype=np.int64)
    for one in harmed:
        keys = pd.factorize(keys * 2 + one)[0].astype(np.int64)
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    words = [", ".join(name for name, there in zip(parts.names, harmed[:, row], strict=True) if there) for row in first]
    return pd.Categorical(np.array([word or None for word in words], dtype=object)[codes])


def _status(assets: gpd.GeoDataFrame, ead: pd.DataFrame) -> pd.Categorical:
    """Return which figures rest on exercise data: those of which a part does."""
    exercise = (assets["data_status"] == EXERCISE).to_numpy().copy()
    exercise[ead["asset_id"].cat.codes.to_numpy()[(ead["data_status"] == EXERCISE).to_numpy()]] = True
    return pd.Categorical.from_codes(exercise.astype(np.int8), categories=[REAL, EXERCISE])
