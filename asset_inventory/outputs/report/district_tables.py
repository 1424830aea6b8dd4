"""The tables of how districts compare: ranks, Pareto set, criteria, sensitivity, floods, decisions."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import is_withheld
from asset_inventory.inventory.districts import unit_of
from asset_inventory.messages import currency_sign, labelled, number, percent, say
from asset_inventory.outputs.report.resilience_tables import (
    GROUP,
    district_column,
    in_district,
    resilience_view,
)
from asset_inventory.outputs.views import table_view as tv
from asset_inventory.outputs.views.projection import mapped_unit
from asset_inventory.outputs.views.resilience import (
    dominating_districts,
    format_criterion,
    format_pareto,
    named,
    not_ranked_sentences,
    theme_names,
)
from asset_inventory.outputs.views.table_view import BITS, Scale, district_names, scale_of, years
from asset_inventory.resilience.bnpb import CLASSES, LEVELS, worst_by_parent
from asset_inventory.resilience.criteria import FIGURES, HECTARE, OF_PEOPLE
from asset_inventory.resilience.ranking import dominated_districts, pareto_groups
from asset_inventory.risk.pipeline import HIGH_ANNUAL_SHARE

_MOST_NAMES = 4  # of districts in one cell
_HECTARE = 10_000.0  # m2
_SEEN = 0.05  # of the simulations: from there on a district is worth a row of the short table
_SURENESS = tv.Column(
    "robustness", replace(tv.words("preliminary.robustness."), missing="–"), "shares"
)
_FLOOD = tv.words("preliminary.flood.")
_HECTARES = tv.Format(lambda area, language: number(area / _HECTARE, language, decimals=1))


def _hazard_and_map(language: str) -> Sequence[tv.Column]:
    hazard = tv.Column("hazard", heading=say("report.head.hazard", language))
    return hazard, replace(tv.MAP, heading=say("report.head.map", language))


def shown_districts(pra: ResilienceAssessment) -> list[str]:
    """Return the shown districts by need: non-dominated, first by rank, or often first."""
    table, top = pra.district_ranking, pra.assessment.city.resilience.top
    kept = table["non_dominated"] | (table["rank"] <= top) | (table["top_share"] >= _SEEN)
    return table["district"][kept.to_numpy(dtype=bool)].astype(str).tolist()


def _share_column(pra: ResilienceAssessment) -> tv.Column:
    """Return the shares of simulations."""
    return tv.Column(
        "top_share",
        replace(tv.PERCENT, missing="–"),
        "shares",
        share=lambda row: row["top_share"],
        values={"count": pra.assessment.city.resilience.top},
    )


def pareto_table(pra: ResilienceAssessment, link: tv.Link, language: str) -> tv.TableView | None:
    """Return the non-dominated districts by need: whom each dominates, and its share."""
    table = pra.district_ranking
    names = district_names(pra.assessment.district_damage, language)
    beats = dominated_districts(pra.criteria, pra.assessment.city.resilience)
    front = table[table["non_dominated"].to_numpy(dtype=bool)].sort_values(
        "top_share", ascending=False, kind="stable"
    )
    front = front.assign(beaten=[beats.get(str(district), ()) for district in front["district"]])
    columns = [
        district_column(pra, link, language),
        tv.Column("beats", tv.NUMBER, "front", lambda row: len(row["beaten"])),
        tv.Column(
            "beats_whom",
            tv.TEXT,
            "front",
            lambda row: named(row["beaten"], names, language, limit=_MOST_NAMES),
        ),
        tv.Column("assets", tv.NUMBER, "scores"),
        _share_column(pra),
        _SURENESS,
    ]
    return resilience_view(
        "front",
        columns,
        front,
        language,
        criteria=format_pareto(pra.assessment.city, language) or "–",
    )


def ranking_table(
    pra: ResilienceAssessment, link: tv.Link, language: str, *, complete: bool = False
) -> tv.TableView | None:
    """Return how districts compare; the `complete` table has all, with Wilson's intervals."""
    table = pra.district_ranking
    if not complete:
        table = table[table["district"].astype(str).isin(shown_districts(pra)).to_numpy()]
    names = district_names(pra.assessment.district_damage, language)

    def dominated_by(row: tv.Row) -> str:
        if row["non_dominated"]:
            return say("preliminary.by_nobody", language)
        by = dominating_districts(row["dominating_districts"])
        return named(by, names, language, limit=_MOST_NAMES, total=int(row["dominated_by"]))

    def known(row: tv.Row) -> str:
        return say("map.of", language, part=int(row["criteria_known"]), whole=int(row["criteria"]))

    own = (
        [
            tv.Column(
                "wilson",
                tv.Format(_wilson),
                "shares",
                lambda row: (row["top_share_low"], row["top_share_high"]),
            )
        ]
        if complete
        else [_SURENESS, tv.Column("dominated_by", tv.TEXT, "front", dominated_by)]
    )
    columns = [
        tv.Column("rank", tv.RANK, "scores"),
        district_column(pra, link, language),
        tv.Column("score", tv.WRITTEN, "scores", lambda row: _score(row, language)),
        tv.Column("linear_rank", tv.RANK, "scores"),
        tv.Column("assets", tv.NUMBER, "scores"),
        _share_column(pra),
        *own,
        tv.Column("criteria_known", tv.WRITTEN, source=known),
    ]
    count = len(set(pra.criteria["criterion"].astype(str)))
    notes = [(line, "scores") for line in not_ranked_sentences(pra, language)]
    if complete:
        return resilience_view("all-districts", columns, table, language, notes=notes, count=count)
    which = say(
        "preliminary.standings.which",
        language,
        count=pra.assessment.city.resilience.top,
        seen=percent(_SEEN, language),
    )
    notes = [(which, "scores"), *notes]
    return resilience_view("district-ranking", columns, table, language, notes=notes, count=count)


def _score(row: tv.Row, language: str) -> str:
    """Return the score of a district that is ranked; one from too few assets is not shown."""
    if pd.isna(row["rank"]):
        return "–"
    return tv.limits(_two_decimals)((row["score_low"], row["score_high"]), language)


def _two_decimals(value: float, language: str) -> str:
    return number(value, language, decimals=2)


def _wilson(interval: tuple[float, float], language: str) -> str:
    low, high = interval
    if math.isnan(low):
        return "–"
    return f"{percent(low, language)} – {percent(high, language)}"


def flood_table(
    pra: ResilienceAssessment, language: str, *, district: str | None = None
) -> tv.TableView | None:
    """Return the area in each class of depth and of BNPB's index on each map, and differences."""
    areas = in_district(pra.flood_classes, district)
    differing = in_district(pra.district_floods, district)[
        ["hazard", "return_period", "area_differing"]
    ]
    kinds = [*(("depth", name) for name in LEVELS), *(("index", name) for name in CLASSES)]
    columns = [*_hazard_and_map(language)]
    for by, name in kinds:
        of_class = areas["area"].where(areas[f"class_by_{by}"].astype(str) == name, 0.0)
        areas = areas.assign(**{f"{by}: {name}": of_class})
        columns.append(
            tv.Column(
                f"area_by_{by}",
                _HECTARES,
                "bnpb",
                f"{by}: {name}",
                values={"of_class": tv.translate("preliminary.flood.", name, language)},
            )
        )
    columns.append(tv.Column("area_differs", _HECTARES, "bnpb", "area_differing"))
    keys = ["hazard", "return_period"]
    sums, of_maps = (
        table.groupby(keys, dropna=False, sort=False, observed=True).sum(numeric_only=True)
        for table in (areas, differing)
    )
    sums["area_differing"] = of_maps["area_differing"].reindex(sums.index)
    return resilience_view("flood-classes", columns, sums.reset_index(), language)


def parent_floods_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return the worst class of each kecamatan on each hazard's rarest map, by every rule."""
    floods, districts = pra.district_floods, pra.assessment.districts
    parents = districts.set_index(districts["district"].astype(str))["parent"]
    rarest = floods.groupby("hazard", observed=True)["return_period"].transform("max")
    last = (floods["return_period"] == rarest) | (floods["return_period"].isna() & rarest.isna())
    table = worst_by_parent(floods[last.to_numpy(dtype=bool)], parents).sort_values(
        ["hazard", "parent"]
    )

    def worst(name: str) -> tv.Column:
        return tv.Column(
            name, tv.TEXT, "bnpb", lambda row: _level(row[name], language, at_least=row["at_least"])
        )

    columns = [
        tv.Column("parent"),
        *_hazard_and_map(language),
        worst("worst_by_depth"),
        worst("worst_by_index"),
        tv.Column("largest_by_depth", _FLOOD, "bnpb"),
        tv.Column("largest_by_index", _FLOOD, "bnpb"),
        tv.Column("area_differing", _HECTARES, "bnpb"),
        tv.Column("area_no_data", _HECTARES, "bnpb"),
    ]
    return resilience_view("parent-floods", columns, table, language)


def _level(level: object, language: str, *, at_least: bool) -> str:
    word = tv.translate("preliminary.flood.", level, language)
    return (
        say("preliminary.level_at_least", language, level=word)
        if at_least and pd.notna(level)
        else word
    )


def format_flood_class(pra: ResilienceAssessment, district: str, language: str) -> list[str]:
    """Return a sentence on the class of a district on each hazard's rarest map by both rules."""
    table = in_district(pra.district_floods, district)
    rarest = table.sort_values("return_period", na_position="last").drop_duplicates(
        "hazard", keep="last"
    )
    sentences = []
    for row in rarest.to_dict("records"):
        classes = {
            f"{rule}_{by}": tv.translate("preliminary.flood.", row[f"{rule}_by_{by}"], language)
            for rule in ("worst", "largest")
            for by in ("depth", "index")
        }
        key = "preliminary.flood_class_at_least" if row["at_least"] else "preliminary.flood_class"
        sentences.append(
            say(
                key,
                language,
                hazard=str(row["hazard"]),
                map=years(float(row["return_period"]), language),
                **classes,
            )
        )
    return sentences


def loss_distribution_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return who bears the losses: their concentration index over districts from poor to rich."""
    columns = [
        tv.Column("wealth", source="indicator"),
        tv.Column("loss", tv.words("preliminary.burden.")),
        tv.Column("concentration", tv.decimals(2), "burden"),
        tv.Column("who_bears", source=lambda row: _who_bears(row["concentration"], language)),
        tv.Column("districts", tv.NUMBER),
        tv.Column("left_out", tv.NUMBER, source="districts_without_figure"),
    ]
    return resilience_view("loss-distribution", columns, pra.loss_distribution, language)


def _who_bears(concentration: float, language: str) -> str:
    if math.isnan(concentration):
        return number(concentration, language)
    sign = "alike" if round(concentration, 2) == 0 else "poor" if concentration < 0 else "rich"
    return say(f"preliminary.bears.{sign}", language)


def decisions_table(
    pra: ResilienceAssessment,
    link: tv.Link,
    language: str,
    *,
    subject: str = "district",
    district: str | None = None,
) -> tv.TableView | None:
    """Return the decisions on districts (on one of them) or themes (`subject`) in the order of
    their days, with known reasons.
    """
    table = in_district(pra.decisions[pra.decisions[subject].notna().to_numpy()], district)
    about = {
        "district": district_column(pra, link, language),
        "theme": tv.Column("theme", tv.names_of(theme_names(pra.assessment.city, language))),
    }
    in_force = tv.Format(
        lambda value, language: say(
            "preliminary.stands" if value else "preliminary.taken_back", language
        ),
        is_number=False,
    )
    optional = {
        "group": tv.Column("group", GROUP),
        "reason": tv.Column("reason"),
        "figures": tv.Column(
            "figures_then", tv.TEXT, "decisions", lambda row: _figures_then(row, language)
        ),
    }
    # what these readers may know nothing of is not there
    shown = {
        name: [column] if table[name].fillna("").astype(str).ne("").any() else []
        for name, column in optional.items()
    }
    columns = [
        tv.Column("day", tv.DAY),
        *shown["group"],
        about[subject],
        tv.Column("choice", tv.words("preliminary.choice.")),
        *shown["reason"],
        *shown["figures"],
        tv.Column("stands", in_force),
    ]
    name = "decisions" if subject == "district" else "theme-decisions"
    return resilience_view(name, columns, table, language)


def _figures_then(row: tv.Row, language: str) -> str:
    """Return whether a decision agreed with the figures of its time, and the district's share."""
    word = (
        tv.translate("preliminary.figures.", row["figures"], language)
        if pd.notna(row["figures"])
        else "–"
    )
    return (
        word if math.isnan(row["top_share"]) else f"{word} ({percent(row['top_share'], language)})"
    )


# What districts are compared by

_MONEY = ("ead", "ead_per_hectare")
_OF_SIZE = ("ead", "assets_exposed", *OF_PEOPLE)  # sums: a larger district has more
_DENSE = "per hectare"
_SHARES = ("ead_per_value", "exposed_share")  # between 0 and 1, written in percent
_DENSITY = {"ead": "ead_per_hectare"}


def goalposts_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return the criteria: units, goalposts, stated weights, and use in the Pareto ranking."""
    city = pra.assessment.city
    criteria = city.resilience.criteria
    front = {name for group in pareto_groups(criteria).values() for name in group}
    compared = set(pra.criteria["criterion"].astype(str))
    rows = [
        {
            "criterion": format_criterion(city, name, language),
            "unit": _format_unit(pra, name, language) or "–",
            "worst": _goalpost(criterion.worst, criterion.of or name, language),
            "best": _goalpost(criterion.best, criterion.of or name, language),
            "weight": criterion.weight,
            "of_front": say(
                "preliminary.of_front.yes" if name in front else "preliminary.of_front.no", language
            ),
        }
        for name, criterion in criteria.items()
        if name in compared
    ]
    weight = (
        [tv.Column("stated_weight", tv.NUMBER, "shares", "weight")]
        if city.resilience.stated_weights
        else []
    )
    columns = [
        tv.Column("criterion"),
        tv.Column("unit"),
        tv.Column("goalpost_worst", tv.WRITTEN, "scores", "worst"),
        tv.Column("goalpost_best", tv.WRITTEN, "scores", "best"),
        *weight,
        tv.Column("of_front", note="front"),
    ]
    return resilience_view("goalposts", columns, rows, language)


def _goalpost(value: float, figure: str, language: str) -> str:
    return percent(value, language) if figure in _SHARES else number(value, language)


def _format_unit(pra: ResilienceAssessment, name: str, language: str) -> str:
    """Return the unit of a criterion: of a figure by our words, else as its table has it, or ""."""
    city = pra.assessment.city
    figure = city.resilience.criteria[name].of or name
    if figure in FIGURES:
        return say(
            f"preliminary.unit.{figure}", language, currency=currency_sign(city.currency, language)
        )
    return labelled("unit", unit_of(pra.district_indicators, figure), language)


def criteria_table(
    pra: ResilienceAssessment, link: tv.Link, language: str, *, district: str | None = None
) -> tv.TableView | None:
    """Return what the districts that the page speaks of (or one of them) have by each criterion.

    A value that is not known is printed as its bounds, where it has them.
    """
    table, city = pra.criteria, pra.assessment.city
    ids = shown_districts(pra) if district is None else [district]
    table = table[table["district"].astype(str).isin(ids).to_numpy()]
    if not len(table) or not city.resilience.criteria:
        return None
    values, lower, upper = (
        table.pivot(index="district", columns="criterion", values=name).reindex(ids)
        for name in ("value", "value_least", "value_most")
    )
    nothing = pd.Series(math.nan, index=ids)
    figures, columns = (pd.DataFrame({"district": ids}), [district_column(pra, link, language)])
    hectares = _hectares_of(pra.assessment.districts, ids)
    for name in city.resilience.criteria:
        amounts = values.get(name, nothing)
        bounds = [amounts.fillna(limit.get(name, nothing)) for limit in (lower, upper)]
        figure, text = (
            city.resilience.criteria[name].of or name,
            format_criterion(city, name, language),
        )
        # ours name what they are
        unit = "" if figure in FIGURES else _format_unit(pra, name, language)
        shown = [(f"value: {name}", bounds, figure, text, unit)]
        # a large district has more of it, so the density follows the sum
        if figure in _OF_SIZE:
            text = say("preliminary.per_hectare", language, criterion=text)
            dense = [limit / hectares for limit in bounds]
            shown.append((f"density: {name}", dense, _DENSITY.get(figure, _DENSE), text, ""))
        for label, limits, *about in shown:
            figures[label] = list(zip(*limits, strict=True))
            columns.append(_criterion(label, pd.concat(limits), *about, pra.assessment, language))
    notes = [(line, "ead") for line in _high_damage(pra, ids, language)]
    if district is None:
        return resilience_view("criteria", columns, figures, language, notes=notes)
    return resilience_view("criteria-here", columns[1:], figures, language, notes=notes)


def _high_damage(pra: ResilienceAssessment, ids: list[str], language: str) -> list[str]:
    """Return which of these districts lose so much of their value a year that it needs a check."""
    if is_withheld("ead", pra.assessment):
        return []
    areas = pra.assessment.district_damage
    high = areas["district"].astype(str).isin(ids) & (areas["ead_per_value"] > HIGH_ANNUAL_SHARE)
    if not high.any():
        return []
    names = district_names(areas, language)
    shares = [
        f"{names[str(area['district'])]} ({percent(area['ead_per_value'], language)})"
        for area in areas[high.to_numpy()].to_dict("records")
    ]
    return [
        say(
            "preliminary.high_damage",
            language,
            districts=", ".join(shares),
            limit=percent(HIGH_ANNUAL_SHARE, language),
        )
    ]


def _criterion(
    label: str,
    values: pd.Series,
    figure: str,
    text: str,
    unit: str,
    assessment: Assessment,
    language: str,
) -> tv.Column:
    """Return the column of a criterion, with the unit of its printed values in the heading."""
    scale = scale_of(float(values.max())) if values.max() >= 1e6 else Scale(decimals=3)
    if figure in _MONEY or scale.key:
        unit = (
            mapped_unit(assessment, scale, language)
            if figure in _MONEY
            else say(scale.key, language)
        )
    digits = (
        0
        if figure in OF_PEOPLE
        else min(_digits(values), 1)
        if figure == _DENSE
        else _digits(values)
    )
    one = scale.printed if scale.key else percent if figure in _SHARES else tv.decimals(digits)
    return tv.Column(label, _within(one), "scores", heading=text + (f" ({unit})" if unit else ""))


def _within(one: Callable[[float, str], str]) -> tv.Format:
    """Return the format of a pair of bounds; without an upper one, of at least the lower."""

    def text(pair: tuple[float, float], language: str) -> str:
        low, high = pair
        if math.isnan(high) and not math.isnan(low):
            return say("report.at_least", language, low=one(low, language))
        return tv.limits(one)(pair, language)

    return tv.Format(text)


def _hectares_of(districts: pd.DataFrame, ids: list[str]) -> pd.Series:
    area = pd.Series(
        shapely.area(districts.geometry.to_numpy()), index=districts["district"].astype(str)
    )
    return area.reindex(ids).replace(0.0, math.nan) / HECTARE


def _digits(values: pd.Series) -> int:
    """Return how many decimals (at most three) show all values in full, so that they align."""
    known = values.dropna()
    return next(
        (
            digits
            for digits in range(3)
            if np.allclose(known, known.round(digits), rtol=BITS, atol=BITS)
        ),
        3,
    )


def sensitivity_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return how far ranks move under other comparisons (Saisana's mean shift)."""
    city = pra.assessment.city
    names = district_names(pra.assessment.district_damage, language)

    def another_way(row: tv.Row) -> str:
        way = tv.translate("preliminary.choice_of.", row["choice"], language)
        known = pd.notna(row["criterion"])
        return f"{way}: {format_criterion(city, str(row['criterion']), language)}" if known else way

    columns = [
        tv.Column("another_way", source=another_way),
        tv.Column("mean_shift", tv.decimals(1), "shifts"),
        tv.Column("largest_shift", tv.NUMBER, "shifts"),
        tv.Column("moves_most", replace(tv.names_of(names), missing="–"), source="district"),
    ]
    return resilience_view("shifts", columns, pra.rank_sensitivity, language)


def correlations_table(pra: ResilienceAssessment, language: str) -> tv.TableView | None:
    """Return the correlations of criteria as a matrix: correlated criteria count twice."""
    known = {
        frozenset((str(criterion), str(other))): value
        for criterion, other, value in pra.correlations[
            ["criterion", "other", "correlation"]
        ].itertuples(index=False)
    }
    city = pra.assessment.city
    names = [name for name in city.resilience.criteria if any(name in pair for pair in known)]

    def correlation(name: str, other: str) -> str:
        return (
            "1"
            if name == other
            else _two_decimals(known.get(frozenset((name, other)), math.nan), language)
        )

    called = {name: format_criterion(city, name, language) for name in names}
    columns = [
        tv.Column("criterion", tv.names_of(called)),
        *(tv.Column(other, tv.WRITTEN, "correlations", heading=called[other]) for other in names),
    ]
    rows = [
        {"criterion": name} | {other: correlation(name, other) for other in names} for name in names
    ]
    return resilience_view("correlations", columns, rows, language)
