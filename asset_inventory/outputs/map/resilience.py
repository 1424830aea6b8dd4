"""The resilience assessment of a map by district: shares, Pareto set, statements, programmes, choices.

Everything is by the row of the district on the page; what lies in none of its districts is counted
apart, so that both together are all. Numbers that are missing are None.
"""

from collections.abc import Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.resilience import ResilienceAssessment, priority_districts_of
from asset_inventory.assessment.survey_forms import file_of
from asset_inventory.inventory.districts import unit_of
from asset_inventory.io.geometries import to_wgs84
from asset_inventory.messages import labelled, page_languages, say
from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.tables import EXERCISE
from asset_inventory.outputs.views.city import numbers, texts
from asset_inventory.outputs.views.resilience import format_criterion
from asset_inventory.outputs.views.table_view import district_names
from asset_inventory.resilience.criteria import FIGURES
from asset_inventory.resilience.perceptions import UNSORTED
from asset_inventory.resilience.ranking import dominators, not_judged

KINDS = ("shock", "stress", UNSORTED)
# How a figure is written; any other is a number of its own unit.
_WRITTEN = {
    "ead": "money",
    "ead_per_hectare": "money",
    "ead_per_value": "share",
    "exposed_share": "share",
}
_NAMED = 5  # of the districts that a district dominates, or that dominate it; all are counted
_OF_DISTRICT = (
    "score",
    "score_low",
    "score_high",
    "rank",
    "linear_rank",
    "assets",
    "criteria",
    "criteria_known",
    "dominated_by",
)


def resilience_block(pra: ResilienceAssessment, areas: gpd.GeoDataFrame) -> dict[str, object]:
    """Return what the page's scripts read; `areas` are the DISTRICT_DAMAGE in the order of the page's
    districts.

    For the public both must be of a public part already: the page shows what is in the tables.
    """
    city = pra.assessment.city
    ids = texts(areas["district"])
    rows = {an_id: row for row, an_id in enumerate(ids)}
    names = {
        pressure.id: {"id": pressure.name.id, "en": pressure.name.en} for pressure in city.pressures
    }
    return {
        "top": city.resilience.top,
        "draws": city.resilience.draws,
        "about": {
            "top": city.resilience.top,
            "draws": city.resilience.draws,
            **{name: {"percent": getattr(city.resilience, name)} for name in ("firm", "likely")},
        },
        "compared": bool(pra.district_ranking["top_share"].notna().any()),
        "unread": list(pra.unread),
        "at": _places_of_signs(areas),
        "ranking": _ranking(pra, rows),
        "criteria": _criteria(pra, ids),
        "statements": _statements(pra, rows, names),
        "programmes": _programmes(pra.programmes, rows, names),
        "decisions": _decisions(pra.decisions[pra.decisions["district"].notna().to_numpy()], rows),
    }


def top_shares_of(pra: ResilienceAssessment, districts: Iterable[str]) -> pd.Series:
    """Return in what share of simulations each district is in the top ranks, NaN if unknown."""
    shares = pra.district_ranking.set_index(pra.district_ranking["district"].astype(str))[
        "top_share"
    ]
    return shares.astype(float).reindex(list(districts))


def ranked(pra: ResilienceAssessment, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return DISTRICT_DAMAGE with the ranks of the DISTRICT_RANKING, as the printed report has them; as
    they are without any.

    The plain rank goes by other rules, and a planner with both would read two ranks of one
    district.
    """
    table = pra.district_ranking
    if not table["rank"].notna().any():
        return areas
    own = table.set_index(table["district"].astype(str))[["rank", "not_ranked"]]
    own = own.reindex(areas["district"].astype(str)).reset_index(drop=True)
    return areas.assign(
        rank=own["rank"].to_numpy(dtype=float), not_ranked=own["not_ranked"].to_numpy()
    )


def fictitious_tables(pra: ResilienceAssessment) -> list[str]:
    """Return the titles of what people filled in for an exercise, each once.

    A table with a title that is not for the public is named by its content, in every language.
    """
    filled = pra.assessment.city.resilience.filled
    titles = (table.source or _plainly(name) for name, table in filled.items() if table.exercise)
    return list(dict.fromkeys(titles))


def unread_tables(pra: ResilienceAssessment) -> list[str]:
    """Return the tables that could not be read, in every language; inside with their files."""
    files = (
        {}
        if pra.assessment.audience == "public"
        else {form: f" ({file_of(pra.assessment.city, form)})" for form in pra.unread}
    )
    return [f"{_plainly(form)}{files.get(form, '')}" for form in pra.unread]


def _plainly(form: str) -> str:
    return " / ".join(say(f"form.{form}", code) for code in reversed(page_languages()))


def summary_lines(pra: ResilienceAssessment, areas: pd.DataFrame) -> dict[str, object] | None:
    """Return the key and values of the summary, the priority districts in their order; None without
    any.
    """
    priority = priority_districts_of(pra)
    if not priority.districts:
        return None
    names = district_names(
        areas, "en"
    )  # equal names are distinguished in the same way in every language
    districts = ", ".join(names.get(district, district) for district in priority.districts)
    key = "focus.found_chosen" if priority.chosen else "focus.found"
    return {"key": key, "values": {"districts": districts}}


def _places_of_signs(areas: gpd.GeoDataFrame) -> list[list[float] | None]:
    """Return a point (latitude, longitude) inside each district, None where it has no place."""
    shapes = to_wgs84(areas[["geometry"]]).geometry.to_numpy()
    located = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points = shapely.point_on_surface(np.where(located, shapes, shapely.Point(0, 0)))
    xy = np.round(shapely.get_coordinates(points), 6).tolist()
    return [[y, x] if present else None for (x, y), present in zip(xy, located, strict=True)]


def _ranking(pra: ResilienceAssessment, rows: Mapping[str, int]) -> dict[str, list]:
    """Return DISTRICT_RANKING by column, the highest priority first; other districts are rows of the page."""
    table = pra.district_ranking
    ranked = [str(district) for district in table["district"]]
    table = table.set_index(pd.Index(ranked)).reindex(list(rows))
    compared = table["rank"].notna().to_numpy()
    dominating: dict[str, list[str]] = {}
    dominated: dict[str, list[str]] = {}
    settings = pra.assessment.city.resilience
    ids, dominators_of = dominators(pra.criteria, settings)
    place = {district: number for number, district in enumerate(ranked)}
    for district, others in zip(ids[: len(dominators_of)], dominators_of, strict=True):
        dominating[str(district)] = sorted(
            (str(ids[index]) for index in others), key=place.__getitem__
        )
    for district in ranked:
        for other in dominating.get(district, ()):
            dominated.setdefault(other, []).append(district)
    return {
        **{name: numbers(table[name], decimals=6) for name in _OF_DISTRICT},
        "robustness": texts(table["robustness"]),
        "non_dominated": table["non_dominated"].eq(True).tolist(),
        "not_judged": len(not_judged(pra.district_ranking, pra.criteria, settings.criteria)),
        "compared": compared.tolist(),
        "exercise": table["data_status"].eq(EXERCISE).tolist(),
        "dominating_districts": [_on_page(dominating.get(row, ()), rows)[:_NAMED] for row in rows],
        "dominates": [len(dominated.get(row, ())) for row in rows],
        "dominated_districts": [_on_page(dominated.get(row, ()), rows)[:_NAMED] for row in rows],
    }


def _on_page(districts: Iterable[str], rows: Mapping[str, int]) -> list[int]:
    return [rows[district] for district in districts if district in rows]


def _criteria(pra: ResilienceAssessment, ids: Sequence[str]) -> list[dict[str, object]]:
    """Return each criterion: its names, its format, and its columns of CRITERIA."""
    table = pra.criteria
    table = table.assign(district=table["district"].astype(str))
    criteria = []
    for name in dict.fromkeys(table["criterion"].astype(str)):
        part = table[(table["criterion"] == name).to_numpy()].set_index("district").reindex(ids)
        criteria.append(
            _named(name, pra)
            | {
                column: numbers(part[column], decimals=8)
                for column in (
                    "value",
                    "value_least",
                    "value_most",
                    "score",
                    "score_low",
                    "score_high",
                )
            }
        )
    return criteria


def _named(name: str, pra: ResilienceAssessment) -> dict[str, object]:
    """Return the name and format of a criterion: by our words, else by the office's own."""
    declared = pra.assessment.city.resilience.criteria.get(name)
    figure = (declared.of if declared else None) or name
    if figure in FIGURES:
        city = pra.assessment.city
        return {
            "name": {code: format_criterion(city, name, code) for code in page_languages()},
            "unit": "",
            "written": _WRITTEN.get(figure, "count"),
        }
    return {
        "name": {code: labelled("criterion", name, code) for code in page_languages()},
        "unit": unit_of(pra.district_indicators, figure),
        "written": "number",
    }


def _statements(
    pra: ResilienceAssessment, rows: Mapping[str, int], names: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """Return how many statements of each of KINDS every district has, and those that lie in none,
    by their content.

    Where a city's public part does not name the table, nobody sees where they lie, only how many
    there are.
    """
    declared = pra.assessment.city.resilience.statements
    table = pra.statements
    row = table["district"].map(rows)
    kind = table["kind"].astype(str).where(table["kind"].isin(KINDS), UNSORTED)
    summary: dict[str, object] = {
        "total": len(table),
        "kinds": [int((kind == name).sum()) for name in KINDS],
    }
    if declared is None or not declared.source:
        return summary | {
            "counts": [],
            "unplaced": 0,
            "misplaced": 0,
            "withheld": len(table),
            "all": [],
        }
    counts = pd.crosstab(row, kind).reindex(columns=list(KINDS), fill_value=0)
    words = (texts(table[name]) for name in ("statement", "group", "place", "pressure"))
    return summary | {
        "counts": [
            [int(place), *map(int, of)]
            for place, of in zip(counts.index, counts.to_numpy(), strict=True)
        ],
        "unplaced": int((row.isna() & table["place"].isna()).sum()),
        "misplaced": int((row.isna() & table["place"].notna()).sum()),
        "withheld": 0,
        "all": [
            {
                "row": None if pd.isna(at) else int(at),
                "kind": KINDS.index(of),
                "text": text,
                "group": group,
                "place": place,
                "pressure": names.get(pressure, pressure),
            }
            for at, of, text, group, place, pressure in zip(row, kind, *words, strict=True)
        ],
    }


def _programmes(
    table: pd.DataFrame, rows: Mapping[str, int], names: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """Return every programme with its rows, and how many rows none has: city-wide or not known."""
    drivers = {
        number: dict(zip(("en", "id"), titles, strict=True))
        for number, titles in resilience_drivers().items()
    }
    places = [_on_page(map(str, district), rows) for district in table["districts"]]
    city_wide = table["whole_city"].astype(bool).to_numpy()
    words = (
        "action",
        "owner",
        "fund",
        "status",
        "partner",
        "programme",
        "activity",
        "sub_activity",
    )
    columns = {name: texts(table[name]) for name in words}
    columns |= {name: numbers(table[name]) for name in ("budget", "first_year", "last_year")}
    programmes = [
        {name: column[number] for name, column in columns.items() if column[number] is not None}
        | {
            "rows": places[number],
            "shocks_and_stresses": [
                names.get(str(key), str(key)) for key in table["pressures"].iloc[number]
            ],
            "drivers": [drivers.get(str(key), str(key)) for key in table["drivers"].iloc[number]],
        }
        for number in range(len(table))
    ]
    nowhere = np.array([not place for place in places], dtype=bool)
    return {
        "all": programmes,
        "whole_city": int((nowhere & city_wide).sum()),
        "misplaced": int((nowhere & ~city_wide).sum()),
    }


def _decisions(table: pd.DataFrame, rows: Mapping[str, int]) -> list[dict[str, object]]:
    """Return every decision on a district in its order, without the fields that are not known of it."""
    columns = {name: texts(table[name]) for name in ("day", "group", "choice", "reason", "figures")}
    columns |= {"rank": numbers(table["rank"]), "share": numbers(table["top_share"], decimals=6)}
    return [
        {
            name: column[number]
            for name, column in columns.items()
            if column[number] not in (None, "")
        }
        | {"row": rows.get(str(district)), "stands": bool(in_force)}
        for number, (district, in_force) in enumerate(
            zip(table["district"], table["stands"], strict=True)
        )
    ]
