"""Which rows are exercise data: one join of tables with the sources that are exercise data.

RESTS_ON has the kinds of sources of each table. The columns of a source select the rows that rest
on it: `layer` those of a layer, `hazard` and `asset_type` those of a damage curve.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from asset_inventory.model.city import City, applied
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import EXERCISE, REAL, TABLES, AnyTable, categorical, check

Rows = Mapping[str, Collection[object]]  # values by column

# The tables with rows that rest on sources of these kinds; in capitals, on rows of another table.
# fmt: off
_TABLES_BY_SOURCES = {
    "layers values": "ASSETS",
    "ASSETS hazards": "EXPOSURE",
    "ASSETS hazards curves condition": "DAMAGE",
    "ASSETS hazards curves condition yearly": "EAD",
    "ASSETS hazards curves condition future": "FUTURE_EAD",
    "ASSETS hazards yearly": "CHRONIC_HAZARDS",
    "ASSETS EAD": "JOINT_EAD",
    "JOINT_EAD hazards districts population": "DISTRICT_DAMAGE",
    "dwellings hazards districts population": "PEOPLE PEOPLE_EXPOSED",
    "hazards": "NON_MONOTONIC",
    "hazards districts": "FLOOD_CLASSES DISTRICT_FLOODS",
    "hazards districts indicators": "PRODUCTS",
    "indicators": "DISTRICT_INDICATORS VULNERABILITY CAPACITY",
    "indicators assessment": "CRITERIA DISTRICT_RANKING RANK_ACCEPTABILITY RANK_SENSITIVITY CORRELATIONS "
                             "LOSS_DISTRIBUTION DISTRICT_PEOPLE DECISIONS",
    "assessment": "INFLUENCES",
    "statements": "STATEMENTS",
    "votes": "VOTES GROUP_RANKS AGREEMENT",
    "statements votes assessment": "SHOCKS_AND_STRESSES",
    "actions": "PROGRAMMES",
    "statements votes actions assessment": "THEMES",
    "": "FINDINGS",
}
# fmt: on
RESTS_ON = {
    table: frozenset(kinds.split())
    for kinds, names in _TABLES_BY_SOURCES.items()
    for table in names.split()
}


@dataclass(frozen=True)
class ExerciseSource:
    """A source that is exercise data: its kind in RESTS_ON, its name in `run.json`, its rows.

    A row rests on it if for any of `rows` each column has one of the values. A table without the
    column has them all.
    """

    kind: str
    name: str = ""
    rows: tuple[Rows, ...] = ({},)


def exercise_sources(
    city: City,
    hazards: Iterable[Hazard],
    *,
    asset_types: Collection[str] = (),
    curves: Mapping[tuple[str, str], bool] = MappingProxyType({}),
) -> list[ExerciseSource]:
    """Return what a city declares to be exercise data, of its inventory, hazards and rules.

    `hazards` are those in use; `curves` tells of each (hazard, asset type) with a damage curve
    whether it is exercise data.

    Examples
    --------
    >>> from asset_inventory.model.examples import city, flood
    >>> drill = flood(source={"title": "A drill", "licence": "CC0", "exercise": True})
    >>> exercise_sources(city(), [drill])
    [ExerciseSource(kind='hazards', name='flood', rows=({'hazard': ['flood']},))]
    """
    used, future, condition, districts = list(hazards), city.future, city.condition, city.districts
    people = districts.population if districts else None
    prices = [rule.exercise for rule in city.values.values()]
    own_curves = [rule.source.exercise for rule in city.curves if rule.source]
    yearly = [rule.exercise for rule in city.yearly]
    yearly += [hazard.occurrence.exercise for hazard in used if hazard.occurrence]
    by_curve = [pair for pair, exercise in curves.items() if exercise]
    by_condition = [pair for pair in curves if condition and condition.holds_for(pair[1])]
    rules: dict[str, tuple[object, Iterable[Rows]]] = {
        "values": (any(prices), _priced(city, asset_types)),
        "curves": (any(own_curves), map(_pair, by_curve)),
        "yearly": (any(yearly), _yearly(city, used, asset_types)),
        "future": (future and future.invented, [{}]),
        "condition": (condition and condition.exercise, map(_pair, by_condition)),
        "districts": (districts and districts.source.exercise, [{}]),
        "population": (people and people.source.exercise, [{}]),
    }
    layers = [layer.name for layer in city.assets if layer.source.exercise]
    drills = [hazard.name for hazard in used if hazard.source.exercise]
    return [
        *(ExerciseSource("layers", name, ({"layer": [name]},)) for name in layers),
        *(ExerciseSource("hazards", name, ({"hazard": [name]},)) for name in drills),
        *(ExerciseSource(name, name, (*of,)) for name, (exercise, of) in rules.items() if exercise),
    ]


def _pair(pair: tuple[str, str]) -> Rows:
    return {"hazard": [pair[0]], "asset_type": [pair[1]]}


def _priced(city: City, asset_types: Iterable[str]) -> Iterator[Rows]:
    """Yield the assets with an exercise price; a type's own price precedes that of `*`."""
    for name in asset_types:
        rule = city.values.get(name, city.values.get("*"))
        if rule is not None and rule.exercise:
            yield {"asset_type": [name], "value_rule": [applied(rule)]}


def _yearly(city: City, hazards: Iterable[Hazard], asset_types: Iterable[str]) -> Iterator[Rows]:
    """Yield the rows of an exercise occurrence or cost rate of a stress, rates as in `_priced`."""
    for hazard in hazards:
        rules = [rule for rule in city.yearly if rule.hazard == hazard.name]
        rates = {name: rule.exercise for rule in rules for name in rule.asset_types}
        of_all = hazard.occurrence is not None and hazard.occurrence.exercise
        for name in asset_types:
            if of_all or rates.get(name, rates.get("*")):
                yield _pair((hazard.name, name))


def exercise_rows(table: pd.DataFrame, name: str, keys: pd.Series) -> ExerciseSource:
    """Return the exercise rows of a table as a source of tables that have the column of `keys`.

    Examples
    --------
    >>> joint = pd.DataFrame({"asset_id": ["a", "b"], "data_status": ["exercise", "real"]})
    >>> exercise_rows(joint, "JOINT_EAD", pd.Series(["west", "east"], name="district")).rows[0]
    {'district': ['west']}
    """
    rows = (table["data_status"] == EXERCISE).to_numpy(dtype=bool)
    return ExerciseSource(name, rows=({str(keys.name): keys[rows].unique().tolist()},))


def with_data_status(
    table: AnyTable,
    name: str,
    sources: Iterable[ExerciseSource],
    *,
    assets: pd.DataFrame | None = None,
) -> AnyTable:
    """Return a table with the `data_status` of its rows, checked against its contract.

    If a table by `asset_id` lacks a column, that of its asset in `assets` counts.

    Examples
    --------
    >>> table = pd.DataFrame({"asset_id": pd.Categorical(["a", "b"]), "hazard": "flood"})
    >>> table = table.assign(return_period=10.0, damage_ratio=0.5, damage=100.0)
    >>> assets = pd.DataFrame({"asset_type": ["house", "school"]})
    >>> curve = ExerciseSource("curves", rows=({"hazard": ["flood"], "asset_type": ["school"]},))
    >>> with_data_status(table, "DAMAGE", [curve], assets=assets)["data_status"].tolist()
    ['real', 'exercise']
    """
    exercise = np.zeros(len(table), dtype=bool)
    rests_on = [source for source in sources if source.kind in RESTS_ON[name]]
    for rows in itertools.chain.from_iterable(source.rows for source in rests_on):
        resting = np.ones(len(table), dtype=bool)
        for column, values in rows.items():
            if column in table:
                resting &= table[column].isin(values).to_numpy(dtype=bool)
            elif assets is not None:
                of_assets = assets[column].isin(values).to_numpy(dtype=bool)
                resting &= of_assets[table["asset_id"].cat.codes.to_numpy()]
        exercise |= resting
    status = categorical(exercise.astype(np.int8), [REAL, EXERCISE])
    columns = [column.name for column in TABLES[name].columns]
    return check(table.assign(data_status=status)[columns], name)


def has_exercise(table: pd.DataFrame) -> bool:
    """Return whether any row of a table is exercise data."""
    return bool((table["data_status"].astype(str) == EXERCISE).any())


def status_word(exercise: bool) -> str:
    """Return the word of `data_status`."""
    return EXERCISE if exercise else REAL
