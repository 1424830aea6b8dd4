"""Programmes and measures: their department, districts and budget, and districts without one.

A programme serves drivers of the City Resilience Framework (Arup and The Rockefeller Foundation
2014: four dimensions, twelve drivers; `model/library/city_resilience/drivers.csv`) and may answer a
shock or stress; its code is that of the city's own plans (RPJMD, RKPD, Renja).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from asset_inventory.inventory.districts import districts_meant
from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.tables import FindingRow, findings, on_rows
from asset_inventory.model.texts import as_numbers, as_text, listed_texts, nearest

# fmt: off
COLUMNS = (
    "action", "owner", "districts", "pressures", "drivers", "budget", "fund", "first_year", "last_year", "status",
    "partner", "programme", "activity", "sub_activity",
)
# fmt: on
# The words that people write for the status of an action.
# fmt: off
STATUS = {
    "planned": "planned", "rencana": "planned", "direncanakan": "planned", "running": "running", "berjalan": "running",
    "done": "done", "selesai": "done", "stopped": "stopped", "dihentikan": "stopped", "berhenti": "stopped",
}
# fmt: on
# Codes of unknown words: without a near word, and with one.
_PRESSURE_UNKNOWN = ("action_pressure_unknown", "action_pressure_unknown_near")
_DRIVER_UNKNOWN = ("action_driver_unknown", "action_driver_unknown_near")
# Separates several words of one cell; the name of a district may contain a comma.
_BETWEEN = r"\s*[;\n]\s*"
_BETWEEN_DRIVERS = rf"{_BETWEEN}|(?<=\d)\s*,\s*(?=\d)"  # commas separate numbers too
# The words that people write for an action of the whole city.
_WHOLE_CITY = ("whole city", "the whole city", "seluruh kota", "semua kelurahan", "kota")


def read_programmes(
    raw: pd.DataFrame,
    pressures: Mapping[str, Sequence[str]],
    districts: pd.DataFrame,
    *,
    source: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return PROGRAMMES, a row for every row with any text, and FINDINGS on cells that cannot be
    read.

    `raw` has the texts of COLUMNS (missing where empty), its index the rows of the file.
    `districts`, `pressures` and `drivers` of a row are tuples of ids, without unknown ones; an
    action without districts, or of «whole city», is the whole city's. `budget` (currency)
    and the years are NaN where not known.

    Examples
    --------
    >>> raw = pd.DataFrame(
    ...     {"action": ["Pump house"], "owner": ["Works"], "districts": ["West"],
    ...     "pressures": ["Banjir; Angin"], "budget": ["2,5"]},
    ...     index=[2])
    >>> districts = pd.DataFrame({"district": ["1"], "name": ["West"], "parent": [None]})
    >>> programmes, rows = read_programmes(raw, {"flood": ["Banjir"]}, districts, source="actions.csv")
    >>> programmes[["action", "districts", "pressures", "budget"]].values.tolist()
    [['Pump house', ('1',), ('flood',), 2.5]]
    >>> rows["code"].tolist()
    ['action_pressure_unknown']
    """
    texts = pd.DataFrame(
        {name: as_text(raw[name]) if name in raw else None for name in COLUMNS}, index=raw.index
    )
    cells = texts.astype("str")[texts.notna().any(axis=1)]
    budget = as_numbers(cells["budget"])[0]
    years = {name: as_numbers(cells[name])[0] for name in ("first_year", "last_year")}
    years = {
        name: year.where(year.between(1900, 2200) & (year % 1 == 0)) for name, year in years.items()
    }
    status = cells["status"].str.casefold().map(STATUS)
    several = cells["districts"].str.split(_BETWEEN, regex=True).explode().astype("str")
    several = several[several.notna() & (several != "") & ~several.str.casefold().isin(_WHOLE_CITY)]
    places, rows = districts_meant(several, districts, source=source, column="districts")
    called = {name.casefold(): key for key, names in pressures.items() for name in (key, *names)}
    answered, more = _listed_ids(cells["pressures"], called, _PRESSURE_UNKNOWN, source)
    served, still_more = _listed_ids(
        cells["drivers"], _drivers_called(), _DRIVER_UNKNOWN, source, between=_BETWEEN_DRIVERS
    )
    actions = cells.assign(
        row=cells.index,
        budget=budget.mask(budget < 0),
        **years,
        status=status.astype("str"),
        districts=_gathered(places, cells.index),
        whole_city=~cells.index.isin(several.index),
        pressures=answered,
        drivers=served,
    )
    turned = actions.index[actions["first_year"] > actions["last_year"]]
    rows += [
        *more,
        *still_more,
        *_unreadable(cells["budget"], actions["budget"], source),
        *_unreadable(cells["status"], actions["status"], source),
        *_without_name(cells, source),
        *(row for name, year in years.items() for row in _unreadable(cells[name], year, source)),
        *on_rows("action_ends_early", turned, source=source, column="last_year"),
    ]
    return actions[["row", *COLUMNS, "whole_city"]].reset_index(drop=True), findings(rows)


def without_programme(actions: pd.DataFrame, wanted: Iterable[str], column: str) -> tuple[str, ...]:
    """Return the wanted districts, drivers or pressures (`column`) that no action serves, in their
    order.

    A stopped action serves none of them. An action of the whole city serves no single district.

    Examples
    --------
    >>> programmes = pd.DataFrame({
    ...     "districts": [("west",), ("east",)], "status": ["running", "stopped"]})
    >>> without_programme(programmes, ["west", "east"], "districts")
    ('east',)
    """
    served = {name for several in _not_stopped(actions)[column] for name in several}
    return tuple(name for name in wanted if name not in served)


def serving(actions: pd.DataFrame, pressures: Collection[str], drivers: Collection[str]) -> int:
    """Return how many programmes answer one of the shocks and stresses or serve one of the drivers.

    A stopped programme does neither.

    Examples
    --------
    >>> programmes = pd.DataFrame({
    ...     "pressures": [("rob",), ("rob",), ()], "drivers": [(), (), ("7",)],
    ...     "status": ["running", "stopped", None]})
    >>> serving(programmes, ["rob"], ["7"])
    2
    """
    alive = _not_stopped(actions)
    pairs = zip(alive["pressures"], alive["drivers"], strict=True)
    return sum(
        not {*pressures}.isdisjoint(answered) or not {*drivers}.isdisjoint(served)
        for answered, served in pairs
    )


def _not_stopped(actions: pd.DataFrame) -> pd.DataFrame:
    return actions[actions["status"].ne("stopped").to_numpy()]


def _drivers_called() -> dict[str, str]:
    called: dict[str, str] = {}
    for number, names in resilience_drivers().items():
        called |= {name.casefold(): number for name in (number, *names)}
    return called


def _listed_ids(
    texts: pd.Series,
    called: Mapping[str, str],
    codes: tuple[str, str],
    source: str,
    *,
    between: str = _BETWEEN,
) -> tuple[pd.Series, list[FindingRow]]:
    """Return the ids of the words of each cell, and FINDINGS on unknown words."""
    words = texts.str.split(between, regex=True).explode().astype("str").dropna().str.strip()
    words = words[words != ""]
    ids = words.str.casefold().map(called)
    rows = []
    for text, places in listed_texts(words[ids.isna()]):
        near = nearest(text, called)
        more = {"near": near} if near else {}
        about = {"source": source, "column": str(texts.name), "given": text} | more
        rows += on_rows(codes[bool(near)], places, **about)
    return _gathered(ids.astype("str"), texts.index), rows


def _gathered(ids: pd.Series, index: pd.Index) -> pd.Series:
    """Return the distinct ids of each row as a tuple in the given order; empty without any."""
    known = ids.dropna()
    of_row: dict[object, dict[object, None]] = {}
    for row, name in zip(known.index, known, strict=True):
        of_row.setdefault(row, {})[name] = None
    return pd.Series([tuple(of_row.get(row, ())) for row in index], index=index, dtype=object)


def _unreadable(texts: pd.Series, read: pd.Series, source: str) -> Iterator[FindingRow]:
    for text, places in listed_texts(texts[read.isna()]):
        about = {"source": source, "column": str(texts.name), "given": text}
        yield from on_rows("action_cell_unreadable", places, **about)


def _without_name(cells: pd.DataFrame, source: str) -> Iterator[FindingRow]:
    for column in ("action", "owner"):
        empty = cells.index[cells[column].isna()]
        yield from on_rows("action_cell_empty", empty, source=source, column=column)
