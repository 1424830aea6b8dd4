"""Dependence between hazards: the joint EAD of each asset, by the relations that the city declares.

Unrelated hazards: EAD = V(1 − Π(1 − EADᵢ/V)), the mean of joint damage ratios 1 − Π(1 − dᵢ) of
independent hazards (Ordaz 2015, doi 10.1007/s11069-014-1495-7, of simultaneous hazards,
conditionally independent). Hazards of one event are joined at every return period and then
integrated, maps of the same water by the greatest of their damages (`joint_curves`). A stress with
an annual cost rate s comes before the shocks m: V(s + (1 − s)m), the first rule. A pair without a
declared relation counts as unrelated, and a range covers every relation. Assumption: no hazard
makes another worse.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
    RelationWord,
    declared_pairs,
    grouped,
    pairs_of,
    relation_in,
)
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import categorical
from asset_inventory.risk import joint_curves
from asset_inventory.risk.annual_damage import FEW_MAPS, by_period, least_and_most
from asset_inventory.risk.exceedance import Exceedance

# Hazards, with the return periods (year) of their maps, rising
Priced = Iterable[tuple[Hazard, Sequence[float]]]
# fmt: off
NO_HAZARD, ONE_HAZARD, SEVERAL, NOT_DECLARED, NOT_KNOWN = (
    "no hazard", "one hazard", "several relations", "not declared", "not known")
# fmt: on
# The relation between the hazards that damage an asset.
RELATIONS = (
    NO_HAZARD,
    ONE_HAZARD,
    UNRELATED,
    ONE_EVENT,
    SAME_WATER,
    SEVERAL,
    NOT_DECLARED,
    NOT_KNOWN,
)
# The most assets with their curves in memory at one time, so that memory does not grow with the
# city.
CHUNK = 100_000


@dataclass(frozen=True)
class _Figures:
    """EAD, its bounds and the EAD that scores use (currency/year; by default EAD), of each asset."""

    ead: Floats
    ead_low: Floats
    ead_high: Floats
    ead_scored: Floats


@dataclass(frozen=True)
class HazardLosses:
    """EAD of each hazard (currency/year): arrays of hazards × assets, 0 without a row of EAD.

    `few` marks hazards with bounds only; their `ead` is NaN, and `scored` the middle of the bounds,
    or the lower bound without an upper one. `touched` marks the assets with an exposed share or a
    share without data.
    """

    hazards: tuple[Hazard, ...]
    periods: tuple[np.ndarray, ...]
    few: Flags
    ead: Floats
    low: Floats
    high: Floats
    scored: Floats
    touched: Flags

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the hazards.

        Examples
        --------
        >>> from asset_inventory.model.examples import flood, tidal_flooding
        >>> nothing = np.zeros((2, 1))
        >>> periods, flags = (np.array([10.0]),) * 2, np.zeros(2, dtype=bool)
        >>> hazards = (flood(), tidal_flooding())
        >>> HazardLosses(hazards, periods, flags, nothing, nothing, nothing, nothing, nothing > 0).names
        ('flood', 'rob')
        """
        return tuple(hazard.name for hazard in self.hazards)

    @property
    def damaged(self) -> Flags:
        """Return which assets a hazard damages, or may if its figure is unknown (hazards × assets).

        Examples
        --------
        >>> from asset_inventory.model.examples import flood
        >>> figures, none = np.array([[20.0, 0.0, np.nan]]), np.zeros(1, dtype=bool)
        >>> touched = np.array([[True, True, True]])
        >>> losses = (figures, figures, figures, figures)
        >>> HazardLosses((flood(),), (np.array([10.0]),), none, *losses, touched).damaged.tolist()
        [[True, False, True]]
        """
        return (self.ead > 0) | (self.touched & np.isnan(self.ead))


def joint_ead(
    assets: pd.DataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    ead: pd.DataFrame,
    hazards: Priced,
    *,
    rule: EadRule,
    relations: Iterable[Relation] = (),
) -> pd.DataFrame:
    """Return JOINT_EAD (currency/year) without `data_status`, a row per asset, of all hazards.

    No figure is above the asset's value. `ead` takes hazards without a declared relation as
    unrelated; `ead_least` and `ead_most` cover every relation, and so do the bounds, which hold
    whatever the shape. A hazard with bounds only counts in the bounds and, by their middle, in
    `ead_scored`, but not in the other three. A figure is NaN where a part of it is NaN, and without
    any part.

    Examples
    --------
    Two unrelated hazards with an EAD of 100 each on an asset of 1,000: 1,000 × (1 − 0.9 × 0.9) =
    190 a year.

    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> quake = hazard.model_copy(update={"name": "earthquake"})
    >>> assets = pd.DataFrame({"asset_id": ["a"], "value": [1000.0], "usable": [True]})
    >>> ids = pd.Categorical(["a"] * 2)
    >>> keys = {"asset_id": ids, "hazard": ["flood", "earthquake"], "return_period": 100.0}
    >>> exposure = pd.DataFrame(keys | {"exposed_fraction": 1.0, "no_data_fraction": 0.0})
    >>> damage = pd.DataFrame(keys | {"damage": 500.0})
    >>> ead = pd.DataFrame(
    ...     {"asset_id": ids, "hazard": ["flood", "earthquake"], "ead": 100.0, "ead_low": 100.0, "ead_high": 100.0,
    ...      "rule": "trapezoid", "maps": 3})
    >>> periods = [(hazard, (10.0, 50.0, 100.0)), (quake, (10.0, 50.0, 100.0))]
    >>> relation = Relation(hazards=("flood", "earthquake"), relation="unrelated", reason="Different causes")
    >>> table = joint_ead(assets, exposure, damage, ead, periods, rule=EadRule(), relations=[relation])
    >>> table["ead"].round(9).tolist(), table["relation"].tolist()
    ([190.0], ['unrelated'])
    """
    losses, size = losses_of(exposure, ead, hazards, len(assets)), len(assets)
    arrangements = possible_events(losses.hazards, relations)
    value = assets["value"].to_numpy(dtype=float)
    different = list(dict.fromkeys(arrangements))
    of_event = {
        event: _of_event(event, losses, assets, exposure, damage, rule=rule)
        for event in dict.fromkeys(itertools.chain.from_iterable(different))
    }
    by_arrangement = [
        _together([of_event[event] for event in events], losses, value) for events in different
    ]
    return pd.DataFrame(
        {
            "asset_id": categorical(np.arange(size), assets["asset_id"]),
            "ead": by_arrangement[0].ead,
            "ead_least": np.min([figures.ead for figures in by_arrangement], axis=0),
            "ead_most": np.max([figures.ead for figures in by_arrangement], axis=0),
            "ead_low": np.min([figures.ead_low for figures in by_arrangement], axis=0),
            "ead_high": np.max([figures.ead_high for figures in by_arrangement], axis=0),
            "ead_scored": by_arrangement[0].ead_scored,
            "relation": _relations(losses, arrangements),
            "hazards": _hazards(losses),
        }
    )


def is_known(joint: pd.DataFrame, exposure: pd.DataFrame, ead: pd.DataFrame) -> bool:
    """Return whether JOINT_EAD has a figure for an exposed asset, or any where none is exposed.

    Without values or curves an asset on no map has an EAD of 0, which is no figure of the city.

    Examples
    --------
    >>> joint = pd.DataFrame({"asset_id": ["a", "b"], "ead": [np.nan, 0.0], "ead_low": np.nan, "ead_high": np.nan})
    >>> exposure = pd.DataFrame({"asset_id": ["a"], "hazard": ["flood"], "exposed_fraction": [1.0]})
    >>> is_known(joint, exposure, pd.DataFrame({"hazard": ["flood"]}))
    False
    """
    figured = (joint["ead"].notna() | joint["ead_high"].notna() | (joint["ead_low"] > 0)).to_numpy()
    reached = exposure[
        (exposure["exposed_fraction"] > 0) & exposure["hazard"].isin(ead["hazard"].unique())
    ]
    exposed = joint["asset_id"].isin(reached["asset_id"].unique()).to_numpy()
    return bool(figured[exposed].any() if exposed.any() else figured.any())


def possible_events(
    hazards: Sequence[Hazard], relations: Iterable[Relation]
) -> tuple[Events, Events, Events]:
    """Return events by water with undeclared pairs as unrelated, as one event, as one water.

    A stress is unrelated to all, as it acts every year and not in events. Waters with different
    units are not the same, but one event.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> rob = flood(name="rob")
    >>> possible_events([rob, rob.model_copy(update={"name": "flood"})], [])
    (((('rob',),), (('flood',),)), ((('rob',), ('flood',)),), ((('rob', 'flood'),),))
    """
    names = [hazard.name for hazard in hazards]
    stresses = {hazard.name for hazard in hazards if hazard.kind == "stress"}
    known: dict[Pair, RelationWord] = {
        pair: UNRELATED for pair in pairs_of(names) if pair & stresses
    }
    known |= {pair: relation.relation for pair, relation in declared_pairs(relations).items()}
    units = {hazard.name: hazard.unit for hazard in hazards}
    free = [pair for pair in pairs_of(names) if pair not in known]
    one_event: dict[Pair, RelationWord] = dict.fromkeys(free, ONE_EVENT)
    same_water: dict[Pair, RelationWord] = {
        pair: SAME_WATER if len({units[name] for name in pair}) == 1 else ONE_EVENT for pair in free
    }
    known = {pair: word for pair, word in known.items() if pair <= set(names)}
    return (
        grouped(names, known),
        grouped(names, known, one_event),
        grouped(names, known, same_water),
    )


def relation_of(pair: Pair, arrangements: Iterable[Events]) -> str:
    """Return the relation of two hazards if all arrangements agree on it, else `not declared`.

    Examples
    --------
    >>> pair = frozenset(["rob", "flood"])
    >>> relation_of(pair, [((("rob",), ("flood",)),)]), relation_of(pair, [((("rob", "flood"),),), ((("rob",),),)])
    ('one event', 'not declared')
    """
    words = {relation_in(events, pair) for events in arrangements}
    return next(iter(words)) if len(words) == 1 else NOT_DECLARED


def losses_of(
    exposure: pd.DataFrame, ead: pd.DataFrame, hazards: Priced, size: int
) -> HazardLosses:
    """Return the EAD of each hazard with rows of EAD, for `size` assets.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> ids = pd.Categorical(["b"], categories=["a", "b"])
    >>> exposure = pd.DataFrame({"asset_id": ids, "hazard": ["flood"]})
    >>> ead = exposure.assign(ead=100.0, ead_low=50.0, ead_high=np.nan, rule="trapezoid", maps=3)
    >>> losses = losses_of(exposure, ead, [(hazard, (10.0, 50.0, 100.0))], 2)
    >>> losses.names, losses.ead.tolist(), losses.touched.tolist()
    (('flood',), [[0.0, 100.0]], [[False, True]])
    """
    row, reached = ead["asset_id"].cat.codes.to_numpy(), exposure["asset_id"].cat.codes.to_numpy()
    of_ead = [
        (hazard, np.asarray(periods, dtype=float), rows)
        for hazard, periods in hazards
        if (rows := (ead["hazard"] == hazard.name).to_numpy()).any()
    ]
    shape = (len(of_ead), size)
    losses = HazardLosses(
        hazards=tuple(hazard for hazard, *_ in of_ead),
        periods=tuple(periods for _, periods, _ in of_ead),
        few=np.zeros(len(of_ead), dtype=bool),
        ead=np.zeros(shape),
        low=np.zeros(shape),
        high=np.zeros(shape),
        scored=np.zeros(shape),
        touched=np.zeros(shape, dtype=bool),
    )
    for place, (hazard, _, rows) in enumerate(of_ead):
        figures, own = ead[rows], row[rows]
        annual, low, high = (figures[name].to_numpy() for name in ("ead", "ead_low", "ead_high"))
        bounds_only = (figures["rule"] == "bounds only").to_numpy()
        losses.ead[place, own], losses.low[place, own], losses.high[place, own] = annual, low, high
        losses.scored[place, own] = np.where(
            bounds_only, low + np.nan_to_num(high - low) / 2, annual
        )
        losses.touched[place, reached[(exposure["hazard"] == hazard.name).to_numpy()]] = True
        # a stress has an annual cost rate, however few its maps
        losses.few[place] = hazard.kind == "shock" and int(figures["maps"].max()) <= FEW_MAPS
    return losses


def _together(of_events: Sequence[_Figures], losses: HazardLosses, value: Floats) -> _Figures:
    """Return the joint figures of unrelated events; EAD is unknown if all hazards give bounds."""
    nothing = np.full(len(value), np.nan)
    if not of_events:
        return _Figures(ead=nothing, ead_low=nothing, ead_high=nothing, ead_scored=nothing)
    parts = zip(*((f.ead, f.ead_low, f.ead_high, f.ead_scored) for f in of_events), strict=True)
    ead, *others = (joint_curves.damaged_together(part, value) for part in parts)
    return _Figures(nothing if losses.few.all() else ead, *others)


def _of_event(
    event: joint_curves.Waters,
    losses: HazardLosses,
    assets: pd.DataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    *,
    rule: EadRule,
) -> _Figures:
    """Return the figures of the hazards of one event; a hazard with bounds only adds 0 to EAD."""
    places = [losses.names.index(name) for water in event for name in water]
    with_ead = [place for place in places if not losses.few[place]]
    ead: Floats = losses.ead[with_ead].sum(axis=0)
    low: Floats = losses.low[places].sum(axis=0)
    high: Floats = losses.high[places].sum(axis=0)
    if len(places) > 1:
        several = losses.damaged[with_ead].sum(axis=0) > 1
        touched = losses.touched[places].any(axis=0)
        chosen = {"touched": touched, "several": several}
        tables = (exposure, damage)
        joint = _joint_figures(event, losses, assets, tables, rule=rule, **chosen)
        ead = np.where(np.isnan(ead) | ~several, ead, joint.ead)
        low = np.where(np.isnan(low), low, joint.ead_low)
        high = np.where(np.isnan(high), high, joint.ead_high)
    value = assets["value"].to_numpy(dtype=float)
    scored = ead
    counted = {losses.names[place] for place in with_ead}
    for water in event:
        for name in (name for name in water if name not in counted):
            figure = losses.scored[losses.names.index(name)]
            if counted & set(water):
                scored = np.maximum(scored, figure)
            else:
                scored = joint_curves.damaged_together([scored, figure], value)
            counted.add(name)
    return _Figures(ead=ead, ead_low=low, ead_high=high, ead_scored=scored)


def _joint_figures(
    event: joint_curves.Waters,
    losses: HazardLosses,
    assets: pd.DataFrame,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    *,
    rule: EadRule,
    touched: Flags,
    several: Flags,
) -> _Figures:
    """Return EAD of assets that `several` hazards of one event damage, and bounds of all assets.

    `tables` are EXPOSURE and DAMAGE. Only `touched` assets need their own curves; the others can
    still be lost beyond the rarest maps.
    """
    value = assets["value"].to_numpy(dtype=float)
    names = [name for water in event for name in water]
    exposure, damage = (table[table["hazard"].isin(names).to_numpy()] for table in tables)
    nobody = pd.DataFrame({"usable": [True], "value": [1.0]})
    no_rows, no_assets = (exposure.iloc[:0], damage.iloc[:0]), np.zeros(1, dtype=bool)
    beyond = _of_rows(event, losses, nobody, no_rows, rule=rule, several=no_assets)
    nothing = np.zeros(len(value))
    figures = _Figures(nothing.copy(), nothing.copy(), value * beyond.ead_high, nothing)
    rows = np.flatnonzero(touched)
    for chunk in np.array_split(rows, max(1, -(-len(rows) // CHUNK))) if len(rows) else ():
        place = np.full(len(value), -1)
        place[chunk] = np.arange(len(chunk))
        part = pd.DataFrame({"usable": assets["usable"].to_numpy()[chunk], "value": value[chunk]})
        of_part = (_of_chunk(exposure, place, len(chunk)), _of_chunk(damage, place, len(chunk)))
        chunk_figures = _of_rows(event, losses, part, of_part, rule=rule, several=several[chunk])
        figures.ead[chunk] = chunk_figures.ead
        figures.ead_low[chunk] = chunk_figures.ead_low
        figures.ead_high[chunk] = chunk_figures.ead_high
    return figures


def _of_chunk(table: pd.DataFrame, place: np.ndarray, size: int) -> pd.DataFrame:
    """Return the rows of some assets, with their `place` among these as id."""
    codes = place[table["asset_id"].cat.codes.to_numpy()]
    kept = table[codes >= 0]
    return kept.assign(asset_id=categorical(codes[codes >= 0], range(size)))


def _of_rows(
    event: joint_curves.Waters,
    losses: HazardLosses,
    assets: pd.DataFrame,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    *,
    rule: EadRule,
    several: Flags,
) -> _Figures:
    """Return EAD (0 unless `several` hazards damage an asset), bounds; assets with `tables`."""
    steps: dict[str, joint_curves.Steps] = {}
    curves: dict[str, Exceedance] = {}
    value = assets["value"].to_numpy(dtype=float)
    exposure, damage = tables
    for name in (name for water in event for name in water):
        place = losses.names.index(name)
        hazard, periods = losses.hazards[place], losses.periods[place]
        known, unknown = by_period(assets, exposure, damage, hazard, periods)
        least, most = least_and_most(known, unknown, value)
        steps[name] = joint_curves.steps_of(hazard, periods, least, most, rule)
        if not losses.few[place]:
            damages = least[several], value[several]
            curves[name] = joint_curves.curve_of(hazard, periods, *damages, rule)
    ead = np.zeros(len(value))
    if several.any():
        named = ([name for name in water if name in curves] for water in event)
        waters = [water for water in named if water]
        ead[several] = joint_curves.joint_annual_damage(curves, waters, value[several], rule)
    low, high = joint_curves.joint_bounds(steps, event, value, counts_tail=rule.tail != "none")
    return _Figures(ead=ead, ead_low=low, ead_high=high, ead_scored=ead)


def event_points(
    waters: joint_curves.Waters,
    losses: HazardLosses,
    asset: pd.DataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    *,
    rule: EadRule,
) -> pd.DataFrame:
    """Return one asset's damage by the hazards of an event, by falling `frequency` (1/year).

    A column per hazard with EAD (currency), and `joint`; no rows with fewer than two of these
    hazards.

    Examples
    --------
    A flood and a surge of one event, each with a damage of 500 of 1,000 on all maps: 750 together.

    >>> from asset_inventory.model.examples import flood
    >>> hazards, periods = [flood(), flood(name="surge")], np.array([10.0, 50.0, 100.0])
    >>> row = {"asset_id": pd.Categorical(["a"] * 6), "hazard": ["flood"] * 3 + ["surge"] * 3,
    ...     "return_period": [*periods] * 2}
    >>> exposure = pd.DataFrame({**row, "exposed_fraction": 1.0, "no_data_fraction": 0.0})
    >>> damage = pd.DataFrame({**row, "damage": 500.0})
    >>> ead = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"] * 2), "hazard": ["flood", "surge"], "ead": 50.0,
    ...     "ead_low": 45.0, "ead_high": 95.0,
    ...     "rule": "trapezoid", "maps": 3,
    ... })
    >>> losses = losses_of(exposure, ead, [(hazard, periods) for hazard in hazards], 1)
    >>> asset = pd.DataFrame({"value": [1000.0], "usable": [True]})
    >>> points = event_points((("flood",), ("surge",)), losses, asset, exposure, damage, rule=EadRule())
    >>> points[["frequency", "joint"]].round(9).values.tolist()
    [[0.1, 750.0], [0.02, 750.0], [0.01, 750.0]]
    """
    value = asset["value"].to_numpy(dtype=float)
    curves: dict[str, Exceedance] = {}
    for name in (name for water in waters for name in water):
        place = losses.names.index(name)
        if not losses.few[place]:
            hazard, periods = losses.hazards[place], losses.periods[place]
            least, _ = least_and_most(*by_period(asset, exposure, damage, hazard, periods), value)
            curves[name] = joint_curves.curve_of(hazard, periods, least, value, rule)
    if len(curves) < 2:
        return pd.DataFrame()
    named = ([name for name in water if name in curves] for water in waters)
    rows = []
    kept = [water for water in named if water]
    for point, damages, joint in joint_curves.joint_points(curves, kept, value):
        figures = {name: float(of_hazard[0]) for name, of_hazard in damages.items()}
        rows.append({"frequency": point, **figures, "joint": float(joint[0])})
    return pd.DataFrame(rows)


def _relations(losses: HazardLosses, arrangements: Sequence[Events]) -> pd.Categorical[Any]:
    """Return for each asset the relation of the hazards that damage it, a word of RELATIONS."""
    code = {word: place for place, word in enumerate(RELATIONS)}
    damaged = losses.damaged
    count = damaged.sum(axis=0)
    unknown = np.isnan(losses.low) & np.isnan(losses.ead)
    nothing = np.where(unknown.any(axis=0) | (len(damaged) == 0), code[NOT_KNOWN], code[NO_HAZARD])
    relation = np.where(count == 0, nothing, np.where(count == 1, code[ONE_HAZARD], -1))
    for first, second in itertools.combinations(range(len(damaged)), 2):
        both = damaged[first] & damaged[second]
        pair = frozenset((losses.names[first], losses.names[second]))
        word = code[relation_of(pair, arrangements)]
        before = relation[both]
        undeclared = (before == code[NOT_DECLARED]) | (word == code[NOT_DECLARED])
        mixed = np.where(undeclared, code[NOT_DECLARED], code[SEVERAL])
        relation[both] = np.where((before < 0) | (before == word), word, mixed)
    return categorical(relation, RELATIONS)


def _hazards(losses: HazardLosses) -> pd.Categorical[Any]:
    """Return the hazards that damage each asset, joined by commas; missing without any."""
    damaged = losses.damaged
    keys = np.zeros(damaged.shape[1], dtype=np.int64)
    for of_hazard in damaged:
        keys = pd.factorize(keys * 2 + of_hazard)[0].astype(np.int64)
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    words = [", ".join(itertools.compress(losses.names, damaged[:, row])) for row in first]
    return pd.Categorical(np.array([word or None for word in words], dtype=object)[codes])
