"""The page that somebody signs: what a delivery changes, its doubts, and its impact on risk.

It is one closed file in all languages, readable and printable without scripts; its one script
changes the language. The validation of a file is such a page too, for the department that sent it.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import jinja2
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.risk_delta import RiskDelta, no_longer_known, share_of
from asset_inventory.intake import STATUS_SAYS, Validation, describe_shift
from asset_inventory.intake.rules import Rules
from asset_inventory.inventory.matching import among
from asset_inventory.io.table_files import write_page
from asset_inventory.messages import LANGUAGE_NAMES, describe_finding, labelled, page_languages, say
from asset_inventory.model.city import City
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.model.tables import OUTSIDE_DISTRICTS, empty
from asset_inventory.outputs.map.layers import bundle
from asset_inventory.outputs.map.page import fill_sentence, policy
from asset_inventory.outputs.report.review_map import in_metres, review_map, sign
from asset_inventory.outputs.report.review_tables import (
    MOST_ROWS,
    Sentence,
    conflict_rows,
    doubt_sentences,
    edited_assets,
    name_of_assets,
    numbered,
    shifts_of,
    whole_assets,
)
from asset_inventory.outputs.views import table_view as tv
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.register.changes import ADDED, EDITED, REMOVED

_MOST_PARTS = 25  # rows of a table by district or type


def risk_sentences(
    delta: RiskDelta, city_ead: float, district_names: Mapping[str, str]
) -> list[Sentence]:
    """Return the sentences on the risk delta."""
    city = delta.ead[delta.ead["by"] == "city"].iloc[0]
    maps = delta.exposure[delta.exposure["by"] == "city"]
    return [
        *_exposed(maps),
        *_annual(city, city_ead),
        *_where(delta, city, city_ead, district_names),
    ]


def _exposed(maps: pd.DataFrame) -> list[Sentence]:
    row = maps[maps["hazard"].isna()].iloc[0]
    values = {
        name: int(row[name])
        for name in ("exposed_before", "exposed_after", "no_data_before", "no_data_after")
    }
    difference = {"change": values["exposed_after"] - values["exposed_before"]}
    sentences: list[Sentence] = [
        (
            "review.risk.exposed",
            {
                "difference": difference,
                "before": values["exposed_before"],
                "after": values["exposed_after"],
            },
        )
    ]
    if values["no_data_before"] or values["no_data_after"]:
        sentences.append(
            (
                "review.risk.no_data",
                {"before": values["no_data_before"], "after": values["no_data_after"]},
            )
        )
    return sentences


def _annual(city: pd.Series, city_ead: float) -> list[Sentence]:
    difference = float(city["difference"])
    values = {
        "difference": {"money_change": difference},
        "before": _money(city["ead_before"]),
        "after": _money(city["ead_after"]),
    }
    sentences: list[Sentence] = []
    if no_longer_known(city) and not math.isnan(difference):
        sentences.append(
            ("review.risk.ead_partly", {name: values[name] for name in ("before", "after")})
        )
    elif math.isnan(difference):
        sentences.append(("review.risk.ead_unknown", {}))
    elif math.isnan(share_of(difference, city_ead)):
        sentences.append(("review.risk.ead", values))
    else:
        sentences.append(
            ("review.risk.ead_share", values | {"percent": _percent(difference, city_ead)})
        )
    low, high = float(city["difference_low"]), float(city["difference_high"])
    if not math.isnan(low + high):
        sentences.append(
            ("review.risk.bounds", {"low": {"money_change": low}, "high": {"money_change": high}})
        )
    elif not math.isnan(difference):
        sentences.append(("review.risk.no_bounds", {}))
    if city["not_compared"]:
        sentences.append(("review.risk.not_compared", {"count": int(city["not_compared"])}))
    return sentences


def _where(
    delta: RiskDelta, city: pd.Series, city_ead: float, names: Mapping[str, str]
) -> list[Sentence]:
    """Return where the difference is greatest, if several districts change."""
    districts = delta.ead[(delta.ead["by"] == "district") & delta.ead["difference"].notna()]
    if len(districts) < 2 or not abs(city["difference"]) > 0:
        return []
    worst = districts.loc[districts["difference"].abs().idxmax()]
    difference = float(worst["difference"])
    values = {
        "district": _named(str(worst["part"]), names),
        "difference": {"money_change": difference},
    }
    if math.isnan(share_of(difference, city_ead)):
        return [("review.risk.where", values)]
    return [("review.risk.where_share", values | {"percent": _percent(difference, city_ead)})]


def risk_views(
    delta: RiskDelta, city_ead: float, names: Mapping[str, str], currency: str, language: str
) -> list[tv.TableView]:
    """Return the risk delta by map, district and type, the greatest differences first."""

    def number_of(kind: str) -> tv.Format:
        return tv.Format(
            lambda value, _: fill_sentence(
                "map.number", language, {"figure": {kind: value}}, currency
            )
        )

    def district(row: tv.Row) -> str:
        return fill_sentence(
            "map.number", language, {"figure": _named(str(row["part"]), names)}, currency
        )

    def share(row: tv.Row) -> str:
        known = not math.isnan(share_of(row["difference"], city_ead))
        percent = {"percent": _percent(row["difference"], city_ead)}
        return fill_sentence("review.percent", language, percent, currency) if known else "–"

    change, amount, amount_change = map(number_of, ("change", "money", "money_change"))
    exposed = tv.Column(
        "difference", change, source=lambda row: row["exposed_after"] - row["exposed_before"]
    )
    maps = delta.exposure[delta.exposure["by"] == "city"]
    columns = [
        tv.Column("map", source=lambda row: _map_name(row, language)),
        tv.Column("exposed_before", tv.NUMBER),
        tv.Column("exposed_after", tv.NUMBER),
        exposed,
        tv.Column("no_data_before", tv.NUMBER),
        tv.Column("no_data_after", tv.NUMBER),
    ]
    views = [
        tv.TableView(
            "map",
            columns,
            maps.assign(is_sum=maps["hazard"].isna()),
            language,
            labels="review.head.",
        )
    ]
    counts = delta.exposure.loc[
        delta.exposure["hazard"].isna(), ["by", "part", "exposed_before", "exposed_after"]
    ]
    for by, source in (("district", district), ("asset_type", "part")):
        parts = delta.ead[delta.ead["by"] == by].merge(counts, on=["by", "part"], how="left")
        parts = parts.sort_values(
            "difference", key=lambda column: -column.abs(), na_position="first", kind="stable"
        )
        columns = [
            tv.Column(by, source=source),
            replace(exposed, label="exposed"),
            tv.Column("ead_difference", amount_change, source="difference"),
            tv.Column("share", tv.WRITTEN, source=share),
            tv.Column("ead_before", amount),
            tv.Column("ead_after", amount),
            tv.Column("not_compared", tv.NUMBER),
        ]
        views.append(tv.TableView(by, columns, parts, language, labels="review.head."))
    return views


def _map_name(row: tv.Row, language: str) -> str:
    if pd.isna(row["hazard"]):
        return say("review.all_maps", language)
    if math.isnan(row["return_period"]):
        return say("review.map_scenario", language, hazard=str(row["hazard"]))
    return say(
        "review.map_period", language, hazard=str(row["hazard"]), years=float(row["return_period"])
    )


def in_all_languages(views: Sequence[tv.TableView]) -> dict[str, object]:
    """Return a table with its texts in each language: the first parts, how many are left."""
    count = len(views[0].rows)
    limit = count if views[0].name == "map" else _MOST_PARTS

    def by_language(texts: Iterable[Sequence[str]]) -> list[Words]:
        return [
            {view.language: text for view, text in zip(views, of_all, strict=True)}
            for of_all in zip(*texts, strict=True)
        ]

    listed = [replace(view, rows=view.rows.iloc[:limit]) for view in views]
    lines = zip(listed[0].lines, zip(*(view.texts for view in listed), strict=True), strict=True)
    return {
        "name": views[0].name,
        "headings": by_language(view.headings for view in views),
        "lines": [(is_sum, by_language(texts)) for (is_sum, _), texts in lines],
        "left": count - limit,
    }


def _named(district: str, names: Mapping[str, str]) -> object:
    if district == OUTSIDE_DISTRICTS:
        return {"word": "map.outside_districts"}
    return names.get(district, district)


def _money(value: float) -> dict[str, float]:
    return {"money": float(value)}


def _percent(difference: float, city_ead: float) -> dict[str, float]:
    return {"percent_change": share_of(difference, city_ead)}


COUNTS = ("read", "kept", "repaired", "quarantined")


def write_validation_page(
    judged: Validation, path: Path, *, language: str, rules: Rules | None = None
) -> Path:
    """Write the page, the given language first; raises SourceError where that fails.

    `rules` are those of the city against which the file was held.
    """
    order = [language, *(other for other in page_languages() if other != language)]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(STATIC), autoescape=True, undefined=jinja2.StrictUndefined
    )
    text = environment.get_template("judgement.html").render(
        parts=[_part(judged, code, rules) for code in order]
    )
    return write_page(path, text)


def _part(judged: Validation, language: str, rules: Rules | None) -> dict[str, object]:
    of_city = (
        {} if rules is None else {"source": judged.name, "city": rules.city, "layer": rules.layer}
    )
    return {
        "language": language,
        "title": say("validate.title", language, source=judged.name),
        "for_city": say("validate.for_city", language, **of_city) if of_city else "",
        "status": say(STATUS_SAYS[judged.status], language, source=judged.name),
        "layers": _layers_view(judged.layers or (judged,), language),
        "shifts": [
            says
            for layer in judged.layers or (judged,)
            if (says := describe_shift(layer, language))
        ],
        "findings": _findings_view(judged, language),
    }


def _layers_view(layers: Sequence[Validation], language: str) -> tv.TableView:
    rows = [
        {"layer": layer.name, "crs": layer.crs or "–"}
        | {name: None if layer.kind == "raster" else getattr(layer, name) for name in COUNTS}
        for layer in layers
    ]
    columns = [tv.Column("layer"), tv.Column("crs"), *(tv.Column(name, tv.RANK) for name in COUNTS)]
    return tv.TableView("layers", columns, rows, language, labels="validate.head.")


def _findings_view(judged: Validation, language: str) -> tv.TableView:
    """Return the findings; the code of each is in the page's code."""
    columns = [
        tv.Column("severity", source=lambda row: say(f"severity.{row['severity']}", language)),
        tv.Column("problem", source=lambda row: describe_finding(row, language)[0]),
        tv.Column(
            "remedy",
            tv.Format(lambda row, language: describe_finding(row, language)[1], is_number=False),
            source=lambda row: row,
        ),
        tv.Column("code", source=lambda row: str(row["code"]).removeprefix("error.")),
    ]
    return tv.TableView("findings", columns, judged.all_problems, language, labels="validate.head.")


STATIC = Path(__file__).parent / "static"
# What a file lacked, or had more, in words that the register's commands use too.
_COUNTED, _NAMED = (
    ("removals_left", "shapes_left", "kept_since"),
    ("fields_added", "fields_missing"),
)
Words = dict[str, str]  # one text by language


@dataclass(frozen=True)
class HandedIn:
    """What is known of a delivery. `day` is ISO 8601; `version` is its base in the register."""

    layer: str
    file_name: str
    author: str = ""
    day: str = ""
    note: str = ""
    number: int | None = None
    version: int | None = None
    sha256: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)  # read, kept, repaired, quarantined


@dataclass(frozen=True)
class Review:
    """All that the page shows, as plain tables.

    `before` and `after` are the layer's tables (index asset_id, geometry as delivered), `changes`
    CHANGES between them, `conflicts` rows of MERGED, labelled by number. `undone` are rows of
    earlier CHANGES, labelled by the row of `changes` that would undo them. `makers` gives for each
    earlier delivery its author and day, `since` by a conflict's number the delivery that changed
    the register there. `city_ead` is the city's EAD before (currency/year; NaN: not known),
    `districts` DISTRICTS for map and names. `fault` is why there is no `delta`, `computed` of the
    hazard maps and prices of which day (ISO 8601) it is, `report` what the file lacked, as in
    `Delivery`.
    """

    city: City
    delivery: HandedIn
    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    changes: pd.DataFrame
    doubts: pd.DataFrame = field(default_factory=lambda: empty("DOUBTS"))
    conflicts: pd.DataFrame = field(default_factory=lambda: empty("MERGED"))
    undone: pd.DataFrame = field(default_factory=lambda: empty("CHANGES"))
    makers: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    findings: pd.DataFrame = field(default_factory=lambda: empty("FINDINGS"))
    delta: RiskDelta | None = None
    city_ead: float = float("nan")
    districts: gpd.GeoDataFrame | None = None
    since: Mapping[str, int] = field(default_factory=dict)
    fault: AssetInventoryError | None = None
    computed: str = ""
    report: Mapping[str, object] = field(default_factory=dict)


@in_city_words
def write_review(review: Review, path: Path, *, language: str | None = None) -> Path:
    """Write the page and return its path; it opens in `language`, else the city's, else English.

    Raises SourceError where the page cannot be written, or the layer's system cannot be brought to
    the city's.
    """
    spoken = review.city.language_for(language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(STATIC),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = bundle("review")

    def words(key: str, /, **values: object) -> Words:
        return {
            code: fill_sentence(key, code, values, review.city.currency)
            for code in page_languages()
        }

    page = environment.get_template("review.html").render(
        language=spoken,
        languages=[(other, LANGUAGE_NAMES[other]) for other in (spoken, *_others(spoken))],
        words=words,
        policy=policy([script]),
        script=script,
        style=(STATIC / "review.css").read_text(encoding="utf-8"),
        **_content(review, words, spoken),
    )
    return write_page(path, page)


def _others(spoken: str) -> list[str]:
    return [code for code in reversed(page_languages()) if code != spoken]


def _content(review: Review, words: Callable[..., Words], spoken: str) -> dict[str, object]:
    """Return what fills the template."""
    changes, numbers = review.changes, numbered(review.changes)
    layer = next(
        (layer for layer in review.city.assets if layer.name == review.delivery.layer), None
    )
    name_field = layer.fields.name if layer else None
    asset_ids = pd.concat([changes["asset_id"], review.conflicts["asset_id"]])
    sides = (side[among(side.index, asset_ids)] for side in (review.before, review.after))
    names = {
        asset: name for side in sides for asset, name in name_of_assets(side, name_field).items()
    }
    notes = _undo_notes(review)
    ids = changes.loc[
        (changes["change"] == EDITED) & (changes["column"] == "geometry"), "asset_id"
    ].drop_duplicates()
    moved = ids[among(ids, review.before.index) & among(ids, review.after.index)].to_numpy()
    before, after = (_places(side, moved, review) for side in (review.before, review.after))
    crs = review.after.crs if len(review.after) else review.before.crs
    exercise = _exercise(review)
    listed = among(moved, numbers[EDITED].index[:MOST_ROWS])
    shifts = shifts_of(moved[listed], before[listed], after[listed])
    mark = say("map.exercise_mark", spoken) if exercise else None
    return {
        "review": review,
        "title": words("review.title", layer=review.delivery.layer, city=review.city.name),
        "summary": [words(key, **values) for key, values in _summary(review, numbers)],
        "counts": _counts(review, numbers, moved),
        "exercise": exercise,
        "shown": _map(review, numbers, moved, (before, after), mark),
        "signs": {change: sign(change) for change in ("added", "removed", "moved", "edited")},
        "edited": edited_assets(changes, numbers[EDITED], names, notes, shifts, crs=crs),
        "added": whole_assets(changes, ADDED, numbers[ADDED], names, notes, crs=crs),
        "removed": whole_assets(changes, REMOVED, numbers[REMOVED], names, notes, crs=crs),
        "conflicts": conflict_rows(review.conflicts, names, _since_notes(review), crs=crs),
        "doubts": [words(key, **values) for key, values in doubt_sentences(review.doubts)],
        "findings": [_finding(row) for row in review.findings.iloc[:MOST_ROWS].to_dict("records")],
        "left": {
            "doubts": len(review.doubts) - MOST_ROWS,
            "findings": len(review.findings) - MOST_ROWS,
            "conflicts": len(review.conflicts) - MOST_ROWS,
            **{change: len(numbers[change]) - MOST_ROWS for change in numbers},
        },
        "fault": None
        if review.fault is None
        else {code: review.fault.say(code) for code in page_languages()},
        "risk": None if review.delta is None else _risk(review, review.delta),
    }


def _risk(review: Review, delta: RiskDelta) -> dict[str, object]:
    """Return the page's risk delta: sentences, findings, and tables in all languages."""
    names = _district_names(review)
    views = [
        risk_views(delta, review.city_ead, names, review.city.currency, language)
        for language in page_languages()
    ]
    return {
        "sentences": risk_sentences(delta, review.city_ead, names),
        "findings": [_finding(row)["sentence"] for row in delta.findings.to_dict("records")],
        "tables": [in_all_languages(of_all) for of_all in zip(*views, strict=True)],
    }


def _summary(review: Review, numbers: Mapping[str, pd.Series]) -> list[Sentence]:
    """Return sentences on what is added, removed and edited, by type where the delta has types."""
    sentences: list[Sentence] = []
    for change in (ADDED, REMOVED, EDITED):
        count = len(numbers[change])
        if not count:
            continue
        types: list[object] = []
        if review.delta is not None:
            of_type = review.delta.changed[review.delta.changed[change] > 0].sort_values(
                change, ascending=False
            )
            pairs = zip(of_type["asset_type"], of_type[change], strict=True)
            types = [
                {
                    "word": "review.of_type",
                    "values": {"asset_type": asset_type, "count": int(number)},
                }
                for asset_type, number in pairs
            ]
        sentences.append(
            (f"review.{change}_types", {"count": count, "types": types})
            if types
            else (f"review.{change}_count", {"count": count})
        )
    sentences = sentences or [("review.nothing", {})]
    sentences += [
        (f"register.{name}", {"count": count})
        for name in _COUNTED
        if (count := review.report.get(name))
    ]
    return sentences + [
        (f"register.{name}", {"fields": ", ".join(fields)})
        for name in _NAMED
        if (fields := review.report.get(name))
    ]


def _counts(
    review: Review, numbers: Mapping[str, pd.Series], moved: np.ndarray
) -> list[tuple[str, int, str]]:
    """Return the large items at the top: word, number, and how it looks."""
    findings = int(review.findings["count"].sum()) if len(review.findings) else 0
    return [
        ("review.count.added", len(numbers[ADDED]), "added"),
        ("review.count.removed", len(numbers[REMOVED]), "removed"),
        ("review.count.edited", len(numbers[EDITED]), "edited"),
        ("review.count.moved", len(moved), "moved"),
        ("review.count.undone", len(review.undone), "alarm" if len(review.undone) else ""),
        ("review.count.conflicts", len(review.conflicts), "alarm" if len(review.conflicts) else ""),
        ("review.count.doubts", len(review.doubts), "alarm" if len(review.doubts) else ""),
        ("review.count.findings", findings, "alarm" if findings else ""),
    ]


def _undo_notes(review: Review) -> dict[object, list[Sentence]]:
    notes: dict[object, list[Sentence]] = {}
    for row, delivery in zip(review.undone.index, review.undone["delivery"], strict=True):
        author, day = review.makers.get(int(delivery), ("", ""))
        known = {"number": str(delivery), "author": author, "date": {"date": day[:10]}}
        note = (
            ("review.would_undo_of", known)
            if author and day
            else ("review.would_undo", {"number": str(delivery)})
        )
        notes.setdefault(row, []).append(note)
    return notes


def _since_notes(review: Review) -> dict[str, Sentence]:
    """Return who changed the register in each conflict, by its number."""
    return {
        number: (
            "review.changed_by",
            {"number": str(delivery), "author": author, "date": {"date": day[:10]}},
        )
        for number, delivery in review.since.items()
        for author, day in [review.makers.get(delivery, ("", ""))]
        if author and day
    }


def _places(table: gpd.GeoDataFrame, ids: np.ndarray, review: Review) -> np.ndarray:
    """Return the geometries of some assets in metres."""
    return in_metres(table.loc[ids], review.city.crs, review.delivery.layer)


def _map(
    review: Review,
    numbers: Mapping[str, pd.Series],
    moved: np.ndarray,
    shifted: tuple[np.ndarray, np.ndarray],
    mark: str | None,
) -> object:
    ids = numbers[EDITED].index
    same = ids[among(ids, review.after.index) & ~among(ids, moved)].to_numpy()
    edited = _places(review.after, same, review)
    come, gone = (
        ids.index[among(ids.index, table.index)].to_numpy()
        for table, ids in ((review.after, numbers[ADDED]), (review.before, numbers[REMOVED]))
    )
    added, removed = _places(review.after, come, review), _places(review.before, gone, review)
    nothing = [np.full(len(geometries), None, dtype=object) for geometries in (added, removed)]
    kinds = {
        "edited": (edited, edited),
        "removed": (removed, nothing[1]),
        "moved": shifted,
        "added": (nothing[0], added),
    }
    labels = {
        "edited": numbers[EDITED].reindex(same).to_numpy(),
        "moved": numbers[EDITED].reindex(moved).to_numpy(),
        "added": numbers[ADDED].reindex(come).to_numpy(),
        "removed": numbers[REMOVED].reindex(gone).to_numpy(),
    }
    unchanged = review.before[~among(review.before.index, review.changes["asset_id"])]
    behind = in_metres(unchanged, review.city.crs, review.delivery.layer)
    districts = None if review.districts is None else review.districts.geometry.to_numpy()
    return review_map(
        kinds, behind[~shapely.is_missing(behind)], districts=districts, numbers=labels, mark=mark
    )


def _exercise(review: Review) -> Words:
    """Return the labels of the exercise data that the page rests on, by language; {} for none."""
    layers = [layer.source for layer in review.city.assets if layer.name == review.delivery.layer]
    hazards = [hazard.source for hazard in review.city.hazards] if review.delta is not None else []
    titles = dict.fromkeys(layer.title for layer in (*layers, *hazards) if layer.exercise)
    if not titles:
        return {}
    return {
        code: ", ".join(dict.fromkeys(labelled("source", title, code) for title in titles))
        for code in page_languages()
    }


def _district_names(review: Review) -> dict[str, str]:
    if review.districts is None:
        return {}
    table = review.districts
    return dict(
        zip(
            table["district"].astype(str),
            table["name"].fillna(table["district"]).astype(str),
            strict=True,
        )
    )


def _finding(row: dict[str, object]) -> dict[str, object]:
    texts = {code: describe_finding(row, code) for code in page_languages()}
    return {
        "severity": str(row["severity"]),
        "code": str(row["code"]).removeprefix("error."),
        "sentence": {code: sentence for code, (sentence, _) in texts.items()},
        "remedy": {code: remedy for code, (_, remedy) in texts.items()},
    }
