"""All assets of an assessment as one layer of a map, and what a page of a very large city leaves out.

Above 300,000 assets the grid of the outlines is coarser; above 1.5 million the damage under each
map is left out, which is a third of the file; above three million the city becomes a file for each
district and an overview that links them. The page and the log list what is left out.

A class of the layer is `any`, over all maps, or `map-<hazard>-<map>` by their places on the page: the
state of an asset and, where it is exposed, how deep or how much, by the table `assets` or
`assets-<hazard>`; a figure of the popup is a column `<hazard>.<map>.<figure>` or `<hazard>.<figure>`, empty
where there is none, and of several hazards together `joint.<figure>`.
"""

import dataclasses
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.ead_sentences import ALONE
from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.assessment.run import Assessment
from asset_inventory.model.city import City
from asset_inventory.model.tables import rows_at
from asset_inventory.outputs.map.encoding import MOST_FINE
from asset_inventory.outputs.map.layers import STATIC, AssetsOnMap, Icons
from asset_inventory.outputs.views import city as views
from asset_inventory.outputs.views import style
from asset_inventory.outputs.views.style import Classes, classify, exposure_classes
from asset_inventory.risk.exposure import STATES, states

# Figures under each map that a page above `all_figures` leaves out
LEFT_OUT = frozenset({"damage_ratio", "damage"})
_TABLES = ("exposure", "damage", "ead", "joint_ead", "chronic_hazards")


@dataclasses.dataclass(frozen=True)
class Limits:
    """How many assets a page holds at most; `overview`: the page of a divided city."""

    fine_grid: int = MOST_FINE
    all_figures: int = 1_500_000
    one_file: int = 3_000_000
    overview: int = 100_000

    def left_out(self, count: int) -> frozenset[str]:
        """Return the figures that a page of so many assets leaves out."""
        return LEFT_OUT if count > self.all_figures else frozenset()


LIMITS = Limits()


@dataclasses.dataclass(frozen=True)
class Shown:
    """What one page shows: the assessment of the assets that it draws, and that of all that it sums
    and colours.

    They are the same but on the overview of a divided city, which has the `files` of its districts;
    the page of one such `district` knows which it is. A page of a preliminary resilience
    assessment has it as `pra`.
    """

    drawn: Assessment
    summed: Assessment
    limits: Limits = LIMITS
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)
    district: str | None = None
    pra: ResilienceAssessment | None = None

    def less(self) -> list[dict[str, Any]]:
        """Return what the page leaves out: keys of `words` with their values, mostly none."""
        count, notes = len(self.drawn.assets), []
        if self.files:
            notes.append(
                {
                    "key": "map.less.overview",
                    "values": {"drawn": count, "assets": len(self.summed.assets)},
                }
            )
        if self.limits.left_out(count):
            notes.append({"key": "map.less.figures", "values": {"most": self.limits.all_figures}})
        if count > self.limits.fine_grid:
            notes.append({"key": "map.less.grid", "values": {"most": self.limits.fine_grid}})
        return notes

    def title(self) -> dict[str, Any]:
        """Return the page's title: a key of `words` with its values."""
        city = self.summed.city.name
        if self.pra:
            return {"word": "focus.title", "values": {"city": city}}
        if self.district is None:
            return {"word": "map.title", "values": {"city": city}}
        names = self.summed.district_damage.set_index(
            self.summed.district_damage["district"].astype(str)
        )["name"]
        name = names.get(self.district)
        return {
            "word": "map.title_district",
            "values": {"city": city, "district": self.district if pd.isna(name) else str(name)},
        }


def district_parts(assessment: Assessment) -> Iterator[tuple[str, Assessment]]:
    """Yield every district that has assets with the assessment of these alone, by id."""
    codes, names = pd.factorize(assessment.assets["district"].astype(object), sort=True)
    rows_of = _places(codes, len(names))
    tables = {name: _places(codes[_rows(assessment, name)], len(names)) for name in _TABLES}
    for code, district in enumerate(names):
        of_district = {
            name: getattr(assessment, name).iloc[places[code]] for name, places in tables.items()
        }
        ledger, areas = assessment.exposure_counts, assessment.district_damage
        yield (
            str(district),
            dataclasses.replace(
                _part(assessment, rows_of[code], of_district),
                exposure_counts=ledger[ledger["district"].astype(str) == str(district)].reset_index(
                    drop=True
                ),
                district_damage=areas[areas["district"].astype(str) == str(district)].reset_index(
                    drop=True
                ),
            ),
        )


def overview_part(assessment: Assessment, limit: int) -> Assessment:
    """Return the assessment of at most so many assets; sums by district stay the city's."""
    rows = np.sort(views.worst_first(assessment, limit=limit))
    chosen = np.zeros(len(assessment.assets), dtype=bool)
    chosen[rows] = True
    of_part = {name: getattr(assessment, name)[chosen[_rows(assessment, name)]] for name in _TABLES}
    return _part(assessment, rows, of_part)


def file_names(districts: list[str], stem: str) -> dict[str, str]:
    """Return each district's file next to `stem`.html: «stem/03-semarang-tengah.html»."""
    width = len(str(len(districts)))
    files = {}
    for place, district in enumerate(districts, start=1):
        word = re.sub(r"[^0-9A-Za-z]+", "-", district).strip("-").lower()[:40]
        files[district] = (
            str(PurePosixPath(stem) / "-".join(filter(None, [f"{place:0{width}d}", word])))
            + ".html"
        )
    return files


def _part(assessment: Assessment, rows: np.ndarray, tables: dict[str, pd.DataFrame]) -> Assessment:
    tables = {name: table.reset_index(drop=True) for name, table in tables.items()}
    for name, table in tables.items():
        if isinstance(table["asset_id"].dtype, pd.CategoricalDtype):
            tables[name] = table.assign(asset_id=table["asset_id"].cat.remove_unused_categories())
    return dataclasses.replace(
        assessment, assets=assessment.assets.iloc[rows].reset_index(drop=True), **tables
    )


def _rows(assessment: Assessment, name: str) -> np.ndarray:
    """Return the row of ASSETS that each row of a table is about."""
    ids = getattr(assessment, name)["asset_id"].astype("category")
    index = pd.Index(assessment.assets["asset_id"].astype(str))
    return index.get_indexer(ids.cat.categories.astype(str))[ids.cat.codes.to_numpy()]


def _places(codes: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the places of each code from 0, in order."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.searchsorted(codes[order], np.arange(1, count)))


# The place in `exposure_classes` of each of STATES
CODES = np.array(
    [[a_class.value for a_class in exposure_classes().classes].index(state) for state in STATES],
    dtype=np.uint8,
)
EXPOSED = int(CODES[STATES.index("exposed")])
LETTERS = {"exposed": "e", "no_data": "u", "not_exposed": "n", "unusable": "x"}
PANE = "assets"
FILTERS = ("asset_type", "layer", "owner", "district")
ATTRIBUTES = (
    "asset_id",
    "name",
    "asset_type",
    "owner",
    "district",
    "value",
    "value_rule",
    "data_status",
)
# Figures of each map and of each hazard, with the decimals kept
OF_EXPOSURE = {
    "exposed_fraction": 4,
    "no_data_fraction": 4,
    "intensity_mean": 3,
    "intensity_max": 3,
}
MONEY = 2  # decimals of money, of a column whose greatest figure is below this, else none
WHOLE_FROM = 1e6
OF_DAMAGE = {"damage_ratio": 4, "damage": MONEY}
OF_STRESS = {"disruption_days": 1, "annual_damage": MONEY}
OF_EAD = {"ead": MONEY, "ead_low": MONEY, "ead_high": MONEY}
OF_JOINT = OF_EAD | {"ead_least": MONEY, "ead_most": MONEY}

# Each hazard's name and return periods (NaN: a scenario), as on the page
Maps = Sequence[tuple[str, Sequence[float]]]


def city_layer(
    assessment: Assessment,
    maps: Maps,
    *,
    language: str,
    without: Collection[str] = (),
    pane: str = PANE,
    tables: Mapping[str, Classes] | None = None,
    classes: Mapping[str, np.ndarray] | None = None,
    figures: Mapping[str, pd.Series] | None = None,
    limits: Limits | None = None,
) -> AssetsOnMap:
    """Return the layer of all assets; those without usable geometry are only counted in it.

    They are coloured by the `tables` of `asset_tables`, else by their four states alone. Columns in
    `without` (of ASSETS, DAMAGE or EAD) are not in its bytes, nor what `limits` leave out of so
    many. `classes` and `figures` are more of both, for every asset.
    """
    limits = limits or Limits(all_figures=len(assessment.assets))
    without = {*without, *limits.left_out(len(assessment.assets))}
    table, decimals = attributes_of_assets(assessment, maps, without=without, more=figures)
    columns = [name for name in table if name != table.geometry.name]
    coloured = dict(classes_of_maps(assessment, maps, tables))
    return AssetsOnMap(
        table,
        classes=coloured | dict(_filter_classes(assessment.assets)) | dict(classes or {}),
        styles={name: table_of(name, tables) for name in coloured},
        colour_by="any",
        popup=columns,
        own_popup=False,
        search=[name for name in ("name", "asset_id") if name in columns],
        name="assets",
        language=language,
        decimals=decimals,
        icons=icons_of(assessment.city, assessment.assets),
        pane=pane,
        most_fine=limits.fine_grid,
    )


def icons_of(city: City, assets: gpd.GeoDataFrame) -> Icons | None:
    """Return the icons of types that have points: those that the city declares, else suggested
    ones; None where there are none.
    """
    codes, words = _coded(assets["asset_type"])
    points = shapely.get_type_id(drawn_shapes(assets)) % 4 == 0  # a point, or several
    with_points = set(np.unique(codes[points]).tolist())
    named: list[str | None] = [None] * len(words)
    for code, word in enumerate(words):
        if word is not None and code in with_points:
            named[code] = city.icon_of(word)
    used = sorted({name for name in named if name is not None})
    if not used:
        return None
    outlines = json.loads((STATIC / "maki" / "icons.json").read_text(encoding="utf-8"))
    return Icons(
        by="asset_type" if len(words) > 1 else None,
        of=[-1 if name is None else used.index(name) for name in named],
        paths=[outlines[name] for name in used],
    )


def attributes_of_assets(
    assessment: Assessment,
    maps: Maps,
    *,
    without: Collection[str] = (),
    more: Mapping[str, pd.Series] | None = None,
) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Return the layer's attributes of assets with usable geometry, and decimals of columns."""
    assets = assessment.assets
    figures = dict(more or {})
    figures |= {
        name: assets[name].reset_index(drop=True) for name in ATTRIBUTES if name not in without
    }
    decimals = {"value": MONEY}
    for name, values, places in _figures(assessment, maps):
        if name.rpartition(".")[2] in without:
            continue
        figures[name] = values
        if places is not None:
            decimals[name] = places
    # nobody reads the cents of millions, and they are a tenth of the file
    for name, places in decimals.items():
        if places == MONEY and name in figures and figures[name].max() >= WHOLE_FROM:
            decimals[name] = 0
    return gpd.GeoDataFrame(
        pd.DataFrame(figures), geometry=drawn_shapes(assets), crs=assets.crs
    ), decimals


def drawn_shapes(assets: gpd.GeoDataFrame) -> np.ndarray:
    """Return the shapes as they are drawn: none where a geometry cannot be measured."""
    return assets.geometry.where(assets["usable"].to_numpy(dtype=bool), None).to_numpy()


def states_of_maps(assessment: Assessment, maps: Maps) -> Iterator[tuple[str, np.ndarray]]:
    """Yield how every asset is counted (a place in `exposure_classes`): on all maps, on each."""
    exposure = assessment.exposure
    rows = _rows_of_assets(assessment.assets, exposure)
    exposed, unknown = (
        exposure[name].to_numpy(dtype=float) for name in ("exposed_fraction", "no_data_fraction")
    )
    usable = assessment.assets["usable"].to_numpy(dtype=bool)

    def state(of_map: np.ndarray) -> np.ndarray:
        return CODES[states(usable, rows[of_map], exposed[of_map], unknown[of_map])]

    yield "any", state(np.ones(len(exposure), dtype=bool))
    for place, number, hazard, period in _each_map(maps):
        yield f"map-{place}-{number}", state(rows_at(exposure, hazard, period))


def asset_tables(assessment: Assessment, hazards: Sequence[Classes]) -> dict[str, Classes]:
    """Return the class tables of assets: `assets` over all maps, by EAD, and `assets-<hazard>`
    under the maps of each, by the breaks that colour the maps.

    Without any EAD they are coloured by their exposed share; where all are exposed as a whole, as
    points are, by their state alone.
    """
    tables = {"assets": _table_of_all_maps(assessment)}
    exposure = assessment.exposure
    unknown = (exposure["exposed_fraction"] > 0) & exposure["intensity_max"].isna()
    for place, classes in enumerate(hazards):
        tables[f"assets-{place}"] = style.asset_classes(
            classes, style.WARM, unknown=bool(unknown.any())
        )
    return tables


def _table_of_all_maps(assessment: Assessment) -> Classes:
    ead = assessment.joint_ead["ead"].to_numpy(dtype=float)
    shares = views.exposed_shares(assessment)
    exposed = shares > 0
    if np.isfinite(ead).any():
        breaks = style.spread_breaks(ead[exposed], count=5)
        numbers = style.ead_classes(ead[exposed], breaks=breaks, zero="map.class.exposed_no_damage")
        return style.asset_classes(numbers, style.COOL, unknown=bool(np.isnan(ead[exposed]).any()))
    if (shares[exposed] < 1).any():
        return style.asset_classes(style.exposed_share_classes(), style.COOL, unknown=False)
    return exposure_classes(style.COOL)


def classes_of_maps(
    assessment: Assessment, maps: Maps, tables: Mapping[str, Classes] | None
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the class of every asset on all maps and on each: a place in the table of `table_of`."""
    states = states_of_maps(assessment, maps)
    if tables is None:
        yield from states
        return
    for (name, places), (_, values) in zip(states, _numbers_of_maps(assessment, maps), strict=True):
        yield name, _asset_codes(places, values, table_of(name, tables))


def table_of(name: str, tables: Mapping[str, Classes] | None) -> Classes:
    """Return the class table of `any` or of `map-<hazard>-<map>`; without tables that of states."""
    if tables is None:
        return exposure_classes(style.COOL if name == "any" else style.WARM)
    return tables["assets" if name == "any" else f"assets-{name.split('-')[1]}"]


def _numbers_of_maps(assessment: Assessment, maps: Maps) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what divides exposed assets: their EAD, else their exposed share, and under each map
    their highest intensity.
    """
    ead = assessment.joint_ead["ead"].to_numpy(dtype=float)
    yield "any", ead if np.isfinite(ead).any() else views.exposed_shares(assessment)
    exposure = assessment.exposure
    rows = _rows_of_assets(assessment.assets, exposure)
    for place, number, hazard, period in _each_map(maps):
        of_map, values = rows_at(exposure, hazard, period), np.full(len(assessment.assets), np.nan)
        values[rows[of_map]] = exposure["intensity_max"].to_numpy(dtype=float)[of_map]
        yield f"map-{place}-{number}", values


def _asset_codes(states: np.ndarray, values: np.ndarray, table: Classes) -> np.ndarray:
    """Return the class of every asset: of its state, and of its number where it is exposed."""
    words = [a_class.value for a_class in table.classes]
    codes = np.array([words.index(a_class.value) for a_class in exposure_classes().classes])[states]
    ranges = [a_class.low for a_class in table.classes if a_class.has_range]
    if ranges:
        exposed = np.flatnonzero(states == EXPOSED)
        # a number that was rounded below the threshold of its hazard is in the lowest class
        codes[exposed] = classify(np.maximum(values[exposed], min(ranges)), table)
    return np.asarray(codes, dtype=np.uint8)


def letters_of_states(assessment: Assessment) -> np.ndarray:
    """Return the state of every asset under each map of `maps_of`, as letters of LETTERS."""
    letters = np.array([LETTERS[a_class.value] for a_class in exposure_classes().classes])
    under = [
        letters[codes]
        for name, codes in states_of_maps(assessment, views.maps_of(assessment))
        if name != "any"
    ]
    return np.array(
        list(map("".join, zip(*under, strict=True))) or [""] * len(assessment.assets), dtype=object
    )


def filter_words(assets: pd.DataFrame) -> dict[str, list[str | None]]:
    """Return the filters and their words in the order of codes; None where some assets lack one."""
    filters = {name: _coded(assets[name])[1] for name in FILTERS if name in assets}
    return {name: words for name, words in filters.items() if len(words) > 1}


def _filter_classes(assets: pd.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the codes of each word to filter by, in a second byte what exceeds the first."""
    for name, words in filter_words(assets).items():
        codes, _ = _coded(assets[name])
        yield name, (codes & 255).astype(np.uint8)
        if len(words) > 256:
            yield f"{name}-high", (codes >> 8).astype(np.uint8)


def _coded(values: pd.Series) -> tuple[np.ndarray, list[str | None]]:
    codes, words = pd.factorize(values.astype(object), sort=True)
    missing = [None] if (codes < 0).any() else []
    return np.where(codes < 0, len(words), codes), [*map(str, words), *missing]


def worst_assets(assessment: Assessment, order: np.ndarray) -> dict[str, list]:
    """Return the assets with the highest EAD by column; `index` is their place in a layer of this
    order.

    Without any EAD those with the greatest exposed share. `next` are the places of all further
    assets that a hazard map reaches or has no data for, in the same sequence, so that a filtered
    list finds its own highest.
    """
    everything = views.worst_first(assessment, limit=len(assessment.assets))
    rows, further = everything[: views.WORST_ASSETS], everything[views.WORST_ASSETS :]
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    assets, joint = assessment.assets.iloc[rows], assessment.joint_ead.iloc[rows]
    return {
        "index": places[rows].tolist(),
        "id": views.texts(assets["asset_id"]),
        "name": views.texts(assets["name"]),
        "asset_type": views.texts(assets["asset_type"]),
        **{name: views.numbers(joint[name]) for name in OF_EAD},
        "exposed_share": views.numbers(
            pd.Series(views.exposed_shares(assessment)[rows]), decimals=6
        ),
        "next": places[further[views.affected(assessment)[further]]].tolist(),
    }


def _figures(assessment: Assessment, maps: Maps) -> Iterator[tuple[str, pd.Series, int | None]]:
    """Yield each figure's name, its value for every asset (or missing), and its decimals."""
    tables = ((assessment.exposure, OF_EXPOSURE), (assessment.damage, OF_DAMAGE))
    for table, decimals in tables:
        rows = _rows_of_assets(assessment.assets, table)
        for place, number, hazard, period in _each_map(maps):
            of_map = rows_at(table, hazard, period)
            yield from _spread(
                f"{place}.{number}", table[of_map], rows[of_map], len(assessment.assets), decimals
            )
    rows = _rows_of_assets(assessment.assets, assessment.ead)
    for place, (hazard, _) in enumerate(maps):
        of_hazard = (assessment.ead["hazard"] == hazard).to_numpy()
        if of_hazard.any():
            ead = assessment.ead[of_hazard]
            yield from _spread(f"{place}", ead, rows[of_hazard], len(assessment.assets), OF_EAD)
            rule = np.full(len(assessment.assets), None, dtype=object)
            rule[rows[of_hazard]] = ead["rule"].astype(object).to_numpy()
            yield f"{place}.rule", pd.Series(rule, dtype="category"), None
    rows = _rows_of_assets(assessment.assets, assessment.chronic_hazards)
    for place, (hazard, _) in enumerate(maps):
        of_hazard = (assessment.chronic_hazards["hazard"] == hazard).to_numpy()
        if of_hazard.any():
            stress = assessment.chronic_hazards[of_hazard]
            yield from _spread(
                f"{place}", stress, rows[of_hazard], len(assessment.assets), OF_STRESS
            )
    yield from _joint_figures(assessment)
    yield from _future_figures(assessment, maps)


def _future_figures(assessment: Assessment, maps: Maps) -> Iterator[tuple[str, pd.Series, int]]:
    """Yield EAD in each year to come: `<hazard>.y<year>.ead`."""
    future = assessment.future_ead
    rows = _rows_of_assets(assessment.assets, future)
    inside = rows >= 0  # a page of one district has only its assets
    for place, (hazard, _) in enumerate(maps):
        of_hazard = (future["hazard"] == hazard).to_numpy() & inside
        for year in np.unique(future["year"][of_hazard]):
            of_year = of_hazard & (future["year"] == year).to_numpy()
            yield from _spread(
                f"{place}.y{year}",
                future[of_year],
                rows[of_year],
                len(assessment.assets),
                {"ead": OF_EAD["ead"]},
            )


def total_column(hazards: Sequence[str], columns: Collection[str]) -> str | None:
    """Return the layer's column with the EAD of all hazards together, None without any EAD."""
    if "total.ead" in columns:
        return "total.ead"
    single = (f"{place}.ead" for place in range(len(hazards)))
    return next((name for name in single if name in columns), None)


def _joint_figures(assessment: Assessment) -> Iterator[tuple[str, pd.Series, int | None]]:
    """Yield the joint effects of several hazards on an asset; none where only one harms."""
    joint = assessment.joint_ead
    if assessment.ead["hazard"].nunique() > 1:
        yield "total.ead", joint["ead"].reset_index(drop=True), OF_JOINT["ead"]
    relation = joint["relation"].astype(object)
    several = (~relation.isin(ALONE)).to_numpy()
    if several.any():
        yield (
            "joint.relation",
            relation.where(several, None).reset_index(drop=True).astype("category"),
            None,
        )
        for name, places in OF_JOINT.items():
            yield f"joint.{name}", joint[name].where(several).reset_index(drop=True), places


def _spread(
    lead: str, table: pd.DataFrame, rows: np.ndarray, size: int, decimals: Mapping[str, int]
) -> Iterator[tuple[str, pd.Series, int]]:
    for name, places in decimals.items():
        values = np.full(size, np.nan)
        values[rows] = table[name].to_numpy(dtype=float)
        yield f"{lead}.{name}", pd.Series(values), places


def _each_map(maps: Maps) -> Iterator[tuple[int, int, str, float]]:
    for place, (hazard, periods) in enumerate(maps):
        for number, period in enumerate(periods):
            yield place, number, hazard, period


def _rows_of_assets(assets: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """Return the row of ASSETS that each row of a table is about."""
    index, ids = pd.Index(assets["asset_id"].astype(str)), table["asset_id"]
    if isinstance(ids.dtype, pd.CategoricalDtype):
        return index.get_indexer(ids.cat.categories.astype(str))[ids.cat.codes.to_numpy()]
    return index.get_indexer(ids.astype(str))
