"""What the public may hold of an assessment and its rules: whole layers and columns are left out.

Asset layers, and `value`, `owner` and `condition` of each, are internal unless the city says
otherwise, and so is all that reveals a value: the asset's damage and expected annual damage.
Hazards, context layers and districts are public unless it says otherwise. What is left is counted,
summed and scored again, so that no sum on a public page rests on something internal.
"""

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment.provenance import delivered_file
from asset_inventory.assessment.run import Assessment
from asset_inventory.inventory.districts import in_squares, squares
from asset_inventory.model.annual_damage import among
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.data_status import exercise_rows, exercise_sources, with_data_status
from asset_inventory.model.errors import RequestError
from asset_inventory.model.projection import RateLayer
from asset_inventory.model.tables import empty
from asset_inventory.resilience.criteria import score_assets, score_districts
from asset_inventory.resilience.district_damage import district_damage, districts_not_ranked
from asset_inventory.risk.dependence import joint_ead
from asset_inventory.risk.exposure import exposure_counts
from asset_inventory.vulnerability.curves import ANY_TYPE

# Public keys of city.toml, of a city and of a layer: what is not here stays inside.
OF_CITY = (
    "name",
    "crs",
    "currency",
    "price_year",
    "discount_rate",
    "duplicates",
    "damage_rule",
    "ead",
    "future",
    "scores",
)
OF_LAYER = (
    "path",
    "layer",
    "crs",
    "where",
    "ignore_case",
    "asset_type",
    "complete",
    "source",
    "fields",
    "x",
    "y",
    "wkt",
)


def public_rules(
    rules: Mapping[str, Any],
    *,
    hidden: Mapping[str, Collection[str]],
    hazards: Collection[str],
    asset_types: Collection[str],
    priced: bool,
) -> dict[str, Any]:
    """Return the rules of a run (`assessment/provenance.py`) as the public may hold them.

    `hidden` has the public layers, each with its columns of ASSETS that are internal; `hazards` are
    the public ones, `asset_types` those of public assets, `priced` whether prices are
    public.
    """
    public = {name: rules[name] for name in OF_CITY if name in rules}
    if "duplicates" in public:
        public["duplicates"] = public_duplicates(public["duplicates"], hidden)
    public["assets"] = {
        name: _layer(rules["assets"][name], columns) for name, columns in hidden.items()
    }
    public["layer_order"] = [name for name in rules["layer_order"] if name in hidden]
    public["hazards"] = {name: _without(rules["hazards"][name], "visibility") for name in hazards}
    if not any("water" in hazard for hazard in public["hazards"].values()):
        public.pop("future", None)
    types = {*asset_types, ANY_TYPE}
    public["values"] = {
        a_type: value
        for a_type, value in rules.get("values", {}).items()
        if priced and a_type in types
    }
    public["curves"] = {
        name: {a_type: curve for a_type, curve in rules["curves"][name].items() if a_type in types}
        for name in hazards
    }
    public["yearly"] = {
        name: {
            a_type: rule
            for a_type, rule in rules["yearly"][name].items()
            if a_type in types and (priced or "cost" not in rule)
        }
        for name in hazards
        if name in rules.get("yearly", {})
    }
    used = {curve for of in public["curves"].values() for curve in of.values()}
    public["curve_points"] = {
        name: points for name, points in rules["curve_points"].items() if name in used
    }
    if "relations" in rules:
        public["relations"] = dict(_relations(rules["relations"], hazards))
    districts = rules.get("districts", {})
    if districts.get("visibility") == "public":
        public["districts"] = _without(districts, "visibility") | _people(
            districts.get("population"), types
        )
    return public


def public_duplicates(rules: object, public: Collection[str]) -> object:
    """Return the declarations of assets held twice for pairs that are both public."""
    if not isinstance(rules, Mapping):
        return rules
    return {
        name: declared
        if isinstance(declared, str)
        else [pair for pair in declared if all(asset.partition(":")[0] in public for asset in pair)]
        for name, declared in rules.items()
    }


def _relations(rules: Mapping[str, Any], hazards: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Yield the relations of public hazards only: a reason may speak of a hazard that is not."""
    for rule in rules.values():
        known = [name for name in rule["hazards"] if name in hazards]
        if len(known) > 1:
            complete = len(known) == len(rule["hazards"])
            yield (
                ", ".join(known),
                {**rule, "hazards": known}
                if complete
                else {"hazards": known, "relation": rule["relation"]},
            )


def _layer(rules: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    fields = rules.get("fields", {})
    named = {name for column in hidden if column in fields for name in _fields(fields[column])}
    kept = {name: rules[name] for name in OF_LAYER if name in rules}
    kept["fields"] = {name: value for name, value in fields.items() if name not in hidden}
    if "where" in kept:
        kept["where"] = {name: value for name, value in kept["where"].items() if name not in named}
    return kept


def _fields(rule: object) -> list[str]:
    """Return the fields of a file from which one column is taken."""
    if isinstance(rule, Mapping):
        return [rule["field"]]
    return [rule] if isinstance(rule, str) else list(rule)


def _people(population: Mapping[str, Any] | None, types: Collection[str]) -> dict[str, Any]:
    """Return how people are counted; what they dwell in may be internal."""
    if not population:
        return {}
    return {
        "population": population
        | {"dwellings": [a_type for a_type in population["dwellings"] if a_type in types]}
    }


def _without(rules: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in rules.items() if key != name}


FEW = 10  # people: fewer are not shown to the public
WITHHELD = ("fewer than 10", "withheld")  # the rules where that applies
_INTERNAL_BY_DEFAULT = frozenset({"value", "owner", "condition"})
_PUBLIC_BY_DEFAULT = frozenset({"name", "floor_height", "area", "levels", "criticality"})
_JOINT = ("ead", "ead_low", "ead_high", "ead_least", "ead_most", "ead_scored")
_OF_DAMAGE = frozenset({"damage_low", "damage_high", "without_figure"})  # in sums
_FOR_COSTS = ("no_curve_in_unit",)  # findings on what no more than costs need
_WITH_VALUE = frozenset(
    {"value_rule", "damage", "rule", "ead_sea", "annual_damage", "annual_damage_ratio", *_JOINT}
)


def hidden_columns(layer: AssetLayer) -> frozenset[str]:
    """Return the columns of a layer that are internal, and those that would reveal them."""
    declared = layer.column_visibility
    hidden = {name for name in _INTERNAL_BY_DEFAULT if declared.get(name) != "public"}
    hidden |= {name for name in _PUBLIC_BY_DEFAULT if declared.get(name) == "internal"}
    return frozenset(hidden | (_WITH_VALUE if "value" in hidden else set()))


def hidden_by_layer(city: City) -> dict[str, frozenset[str]]:
    """Return the columns that are internal, by layer."""
    return {layer.name: hidden_columns(layer) for layer in city.assets}


def silent_columns(city: City) -> frozenset[str]:
    """Return the columns that are internal in every layer: public files do not have them."""
    hidden = list(hidden_by_layer(city).values()) or [_INTERNAL_BY_DEFAULT | _WITH_VALUE]
    return frozenset.intersection(*hidden)


def withheld_columns(assessment: Assessment) -> dict[str, frozenset[str]]:
    """Return by layer the columns that these readers may not know; none of an internal edition."""
    return hidden_by_layer(assessment.city) if assessment.audience == "public" else {}


def is_withheld(column: str, assessment: Assessment) -> bool:
    """Return whether these readers may know a column of no layer."""
    return assessment.audience == "public" and column in silent_columns(assessment.city)


def is_few(count: float, assessment: Assessment) -> bool:
    """Return whether so few people are counted that these readers may not know how many."""
    return assessment.audience == "public" and count > 0 and round(count) < FEW


def visible_tables(
    tables: Mapping[str, pd.DataFrame], assessment: Assessment
) -> dict[str, pd.DataFrame]:
    """Return tables made of an edition as its readers may hold them.

    The public gets no column that is internal in every layer, no EAD where values are, and not who
    answers for what.
    """
    if assessment.audience != "public":
        return dict(tables)
    silent = silent_columns(assessment.city)
    of_ead = ("ead", "joint_ead", "ead_summary", "future_ead") if "ead" in silent else ()
    untold = ("ownership", *of_ead)
    kept = {name: table for name, table in tables.items() if name not in untold}
    silent |= _OF_DAMAGE if "damage" in silent else frozenset()
    # what rests on something internal is not known to these readers, nor that it is there
    if "scores" in kept:
        kept["scores"] = kept["scores"].dropna(axis=1, how="all")
    return {
        name: table.drop(columns=[column for column in table.columns if column in silent])
        for name, table in kept.items()
    }


def disclosed(assessment: Assessment, audience: str = "public") -> Assessment:
    """Return the edition of an assessment for an audience.

    The public edition has the public layers and columns only; its sums and scores are computed from
    these.
    """
    if audience == "internal" or assessment.audience == "public":
        return assessment
    city = _public_city(assessment.city)
    hazards = [hazard.name for hazard in city.hazards]
    layers = assessment.assets["layer"].astype(str)
    keep = layers.isin([layer.name for layer in city.assets]).to_numpy()
    kept, hidden = assessment.assets[keep].reset_index(drop=True), hidden_by_layer(city)
    assets = _without_internal(kept, hidden)
    districts = assessment.districts
    if not city.districts:  # squares have the names of public assets only
        districts = squares(assets)
        assets = assets.assign(district=pd.Categorical(in_squares(assets.geometry.to_numpy())))
    ids = assets["asset_id"]
    of_silent = [name for name, columns in hidden.items() if columns & _tells_damage(city)]
    silent = set(ids[assets["layer"].astype(str).isin(of_silent)])
    exposure, damage, ead, future = (
        _of(getattr(assessment, name), ids, hazards)
        for name in ("exposure", "damage", "ead", "future_ead")
    )
    stress = _of(assessment.chronic_hazards, ids, hazards)
    untold = stress["asset_id"].isin(silent)
    stress = stress.assign(
        **{name: stress[name].mask(untold) for name in ("annual_damage", "annual_damage_ratio")}
    )
    looked_at = assessment.exposure_counts[["hazard", "return_period"]]
    looked_at = looked_at.astype({"hazard": str}).drop_duplicates()
    maps = list(looked_at[looked_at["hazard"].isin(hazards)].itertuples(index=False, name=None))
    priced = [
        (hazard, sorted(period for name, period in maps if name == hazard.name))
        for hazard in city.hazards
    ]
    joint = joint_ead(kept, exposure, damage, ead, priced, rule=city.ead, relations=city.relations)
    parts = [exercise_rows(kept, "ASSETS", ids), exercise_rows(ead, "EAD", ead["asset_id"])]
    joint = with_data_status(joint, "JOINT_EAD", parts)
    damage = damage.assign(damage=damage["damage"].mask(damage["asset_id"].isin(silent)))
    ead, joint, future = (
        _withheld_codes(table, table["asset_id"].isin(silent)) for table in (ead, joint, future)
    )
    figures, every = (exposure, joint), bool(keep.all())
    areas = _areas(assessment, city, districts, assets, figures, all_public=every)
    by_map = _people_by_map(assessment, city, all_public=every)
    return dataclasses.replace(
        assessment,
        city=city,
        districts=districts,
        assets=assets,
        exposure=exposure,
        damage=damage,
        ead=ead,
        joint_ead=joint,
        exposure_counts=exposure_counts(assets, exposure, maps),
        scores=score_assets(assets, exposure, joint, city.scores),
        district_damage=areas,
        ownership=empty("OWNERSHIP"),  # who owns what, and how well, is the city's own affair
        findings=_public_findings(assessment, city, hazards),
        provenance=_provenance(assessment, city, assets),
        non_monotonic=assessment.non_monotonic[assessment.non_monotonic["hazard"].isin(hazards)],
        chronic_hazards=stress,
        future_ead=future,
        people=_people_in_classes(assessment, city, by_map, all_public=every),
        people_exposed=by_map,
        audience="public",
    )


def _tells_damage(city: City) -> frozenset[str]:
    """Return the columns from which an asset's damage is computed, so that it would reveal them."""
    return frozenset({"value", *(("condition",) if city.condition and city.condition.beta else ())})


def _withheld_codes(table: pd.DataFrame, untold: pd.Series) -> pd.DataFrame:
    """Return EAD, JOINT_EAD or FUTURE_EAD without the figures and codes of some rows."""
    figures = [name for name in (*_JOINT, "ead_sea") if name in table]
    words = {"rule": "not known"} if "rule" in table else {"relation": "not known", "hazards": None}
    return table.assign(
        **{name: table[name].mask(untold) for name in figures},
        **{
            name: table[name].astype(object).mask(untold, word).astype("category")
            for name, word in words.items()
        },
    )


def _people_in_classes(
    assessment: Assessment, city: City, by_map: pd.DataFrame, *, all_public: bool
) -> pd.DataFrame:
    """Return PEOPLE of public hazards and districts; `all_public`: all assets are.

    A district is left out where its people are counted from dwellings that may be internal. Where
    one count of a district under a map is withheld, here or in `by_map` (PEOPLE_EXPOSED), all are:
    their sums are known elsewhere. A count takes its displaced and dead with it.
    """
    people = assessment.people[
        assessment.people["hazard"].isin([hazard.name for hazard in city.hazards])
    ]
    if city.districts is None:
        return empty("PEOPLE")
    if not all_public:
        people = people[(people["people_rule"] != "share of dwellings").to_numpy()]
    shown = _few_withheld_by_map(people, "people", people["district"].astype(str))
    keys = ["district", "hazard", "return_period"]
    withheld = pd.concat(
        table.loc[table["people_rule"].isin(WITHHELD), keys].astype(
            {"district": str, "hazard": str}
        )
        for table in (shown, by_map)
    )
    cells = pd.MultiIndex.from_frame(shown[keys].astype({"district": str, "hazard": str}))
    others = cells.isin(pd.MultiIndex.from_frame(withheld)) & (shown["people"] > 0)
    rules = shown["people_rule"].astype(object).mask(others, WITHHELD[1])
    silent = rules.isin(WITHHELD)
    figures = {name: shown[name].mask(silent) for name in ("people", "displaced", "fatalities")}
    return shown.assign(**figures, people_rule=rules.astype("category"))


def _people_by_map(assessment: Assessment, city: City, *, all_public: bool) -> pd.DataFrame:
    """Return PEOPLE_EXPOSED of public hazards and districts without small counts.

    A count from dwellings that may be internal is not known (`all_public`: all assets are public).
    """
    names = [hazard.name for hazard in city.hazards]
    table = assessment.people_exposed
    if city.districts is None or assessment.districts is None:
        return empty("PEOPLE_EXPOSED")
    table = table[table["hazard"].isin(names)]
    untold = (table["people_rule"] == "share of dwellings").to_numpy() & (not all_public)
    table = table.assign(
        people_exposed=table["people_exposed"].mask(untold),
        people_rule=table["people_rule"].astype(object).mask(untold, "not known"),
    )
    parents = assessment.districts.set_index("district")["parent"]
    return _few_withheld_by_map(table, "people_exposed", table["district"].astype(str).map(parents))


def _few_withheld_by_map(table: pd.DataFrame, column: str, parents: pd.Series) -> pd.DataFrame:
    """Return a table without the small counts of each map; `parents` is by row."""
    table = table.reset_index(drop=True)
    parents = parents.reset_index(drop=True)
    counts, rules = table[column].copy(), table["people_rule"].astype(object)
    for _, rows in table.groupby(["hazard", "return_period"], dropna=False, observed=True):
        shown = few_withheld(rows.rename(columns={column: "people_exposed"}), parents)
        counts[rows.index], rules[rows.index] = shown["people_exposed"], shown["people_rule"]
    return table.assign(**{column: counts, "people_rule": rules.astype("category")})


def few_withheld(people: pd.DataFrame, parents: pd.Series) -> pd.DataFrame:
    """Return `people_exposed` and `people_rule` by district without small counts, which could name
    somebody.

    A count above 0 and below FEW is «fewer than 10». Where that is one alone within its parent, or
    in the city, the next smallest is withheld too, so that no subtraction from a sum known
    elsewhere gives it back.
    """
    count, rule = people["people_exposed"].copy(), people["people_rule"].astype(object).copy()
    few = (count > 0) & (count.round() < FEW)
    rule, count = rule.mask(few, WITHHELD[0]), count.mask(few)
    parents = parents.reindex(people.index)
    for inside in (
        *((parents == parent) for parent in parents.dropna().unique()),
        pd.Series(True, people.index),
    ):
        hidden = rule.isin(WITHHELD) & inside
        left = count[inside & (count > 0)]
        if hidden.sum() == 1 and len(left):
            next_smallest = left.idxmin()
            count[next_smallest], rule[next_smallest] = np.nan, WITHHELD[1]
    return people.assign(people_exposed=count, people_rule=rule)


def _public_findings(assessment: Assessment, city: City, hazards: list[str]) -> pd.DataFrame:
    """Return the findings on these hazards' maps, and on what is public but left out of every
    figure.

    What else is to be corrected in assets is for the departments; only the name of a file is shown.
    Where `city`, the public part, shows no costs, these readers miss nothing that only costs need.
    """
    table, left_out = assessment.findings, assessment.provenance.get("left_out", {})
    names = [*hazards, *(name for name, seen in left_out.items() if seen == "public")]
    sources = table["source"].astype(str)
    about = sources.isin(names) | sources.str.startswith(tuple(f"{name} (" for name in names))
    if "ead" in silent_columns(city):
        about &= ~table["code"].isin(_FOR_COSTS)
    public = table[about.to_numpy(dtype=bool)].reset_index(drop=True)
    return public.assign(
        arguments=[
            {
                name: Path(str(value)).name if name == "path" else value
                for name, value in dict(arguments).items()
            }
            for arguments in public["arguments"]
        ]
    )


def require_licences(city: City) -> None:
    """Refuse to hand on a city's public data while the licence of some of them is not stated.

    Raises RequestError, which lists all of them.

    Examples
    --------
    >>> from asset_inventory.model.examples import city
    >>> require_licences(city())
    """
    places = _public_city(city).sources_without("licence")
    if places:
        raise RequestError("error.licences_not_stated", places=", ".join(places))


def _public_city(city: City) -> City:
    layers = _public(city.assets)
    hazards = _public(city.hazards)
    # a price reveals the value of what it is the price of
    priced = layers and not any("value" in hidden_columns(layer) for layer in layers)
    return city.model_copy(
        update={
            "future": city.future if any(hazard.water for hazard in hazards) else None,
            "assets": layers,
            "values": city.values if priced else {},
            "hazards": hazards,
            "context": _public(city.context),
            "curves": tuple(
                rule for rule in city.curves if rule.hazard in [hazard.name for hazard in hazards]
            ),
            "relations": _public_relations(city, [hazard.name for hazard in hazards]),
            "yearly": tuple(
                rule
                for rule in city.yearly
                if rule.hazard in [hazard.name for hazard in hazards]
                and (priced or rule.cost is None)
            ),
            "districts": city.districts
            if city.districts and city.districts.visibility == "public"
            else None,
        }
    )


def _public_relations(city: City, hazards: list[str]) -> tuple:
    """Return the relations of public hazards; a reason that may speak of another is left out."""
    return tuple(
        relation if relation in city.relations else relation.model_copy(update={"reason": ""})
        for relation in among(city.relations, hazards)
    )


def _public(layers: tuple) -> tuple:
    return tuple(layer for layer in layers if layer.visibility == "public")


def _without_internal(
    assets: gpd.GeoDataFrame, hidden: dict[str, frozenset[str]]
) -> gpd.GeoDataFrame:
    layers = assets["layer"].astype(str)
    for name in (_INTERNAL_BY_DEFAULT | _PUBLIC_BY_DEFAULT | {"value_rule"}) & set(assets.columns):
        silent = layers.isin(
            [layer for layer, columns in hidden.items() if name in columns]
        ).to_numpy()
        if name == "value_rule":
            assets[name] = assets[name].astype(object).mask(silent, "not known").astype("category")
        elif silent.any():
            assets[name] = assets[name].mask(silent)
    return assets


def _of(table: pd.DataFrame, ids: pd.Series, hazards: list[str]) -> pd.DataFrame:
    """Return a table's rows of these assets and hazards; its ids are those of ASSETS, in order."""
    kept = table[table["asset_id"].isin(set(ids)) & table["hazard"].isin(hazards)].reset_index(
        drop=True
    )
    return kept.assign(
        asset_id=pd.Categorical(kept["asset_id"].astype(object), categories=ids.astype(object)),
        hazard=pd.Categorical(kept["hazard"].astype(object), categories=hazards),
    )


def _areas(
    assessment: Assessment,
    city: City,
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    figures: tuple[pd.DataFrame, pd.DataFrame],
    *,
    all_public: bool,
) -> gpd.GeoDataFrame:
    """Return DISTRICT_DAMAGE of the public EXPOSURE and JOINT_EAD (`figures`).

    `all_public`: all assets are.
    """
    exposure, joint = figures
    people = assessment.district_damage.set_index("district")[["people_exposed", "people_rule"]]
    people = people.reindex(districts["district"]).assign(
        people_rule=lambda table: table["people_rule"].astype(object)
    )
    if len(city.hazards) < len(assessment.city.hazards) or not city.districts:
        # the count is over all hazards together, and of the districts
        untold = np.full(len(people), fill_value=True)
    else:  # people are counted from dwellings, which may be internal
        untold = (people["people_rule"] == "share of dwellings").to_numpy() & (not all_public)
    people = people.assign(
        people_exposed=people["people_exposed"].mask(untold),
        people_rule=people["people_rule"].mask(untold, "not known"),
    )
    people = few_withheld(people, districts.set_index("district")["parent"])
    scores = score_districts(assets, exposure, joint, city.scores)
    areas = district_damage(
        districts,
        assets,
        exposure,
        joint,
        scores,
        people,
        not_ranked=districts_not_ranked(
            districts["district"],
            assets,
            fewest=city.fewest_assets,
            incomplete=city.incomplete_layers,
        ),
    )
    used = assessment.provenance.get("hazards")
    hazards = [hazard for hazard in city.hazards if used is None or hazard.name in used]
    of_assets = exercise_rows(joint, "JOINT_EAD", assets["district"])
    sources = [*exercise_sources(city, hazards), of_assets]
    return with_data_status(areas, "DISTRICT_DAMAGE", sources)


def _provenance(assessment: Assessment, city: City, assets: gpd.GeoDataFrame) -> dict[str, object]:
    """Return how the assessment came about without the names of internal layers, hazards and files.

    `city` declares what is public, `assets` are.
    """
    internal = {path.name for path in _internal_files(assessment.city)}
    internal |= {
        delivered_file(layer.name)
        for layer in assessment.city.assets
        if layer.visibility != "public"
    }
    inputs = {
        name: sha
        for name, sha in assessment.provenance.get("inputs", {}).items()
        if name.rpartition("/")[2] not in internal
    }
    left_out = assessment.provenance.get("left_out", {})
    public = {name: seen for name, seen in left_out.items() if seen == "public"}
    # Origins name authors.
    shown = {name: value for name, value in assessment.provenance.items() if name != "origins"}
    names = {part.name for part in (*city.assets, *city.hazards)}
    hidden = {part.name for part in (*assessment.city.assets, *assessment.city.hazards)} - names
    hidden |= {name for name in ("values", "future") if not getattr(city, name)}
    for part in ("layers", "hazards", "exercise"):
        shown |= {part: _without_columns(shown[part], hidden)} if part in shown else {}
    if "methods" in shown:
        kept = {
            name: method
            for name, method in shown["methods"].items()
            if name != "values" or city.values
        }
        shown["methods"] = {name: _without_columns(method, hidden) for name, method in kept.items()}
        if "duplicates" in kept:
            shown["methods"]["duplicates"] = public_duplicates(
                kept["duplicates"], hidden_by_layer(city)
            )
    if "rules" in shown:
        types = set(assets["asset_type"].astype(str))
        shown["rules"] = public_rules(
            shown["rules"],
            hidden=hidden_by_layer(city),
            hazards=[hazard.name for hazard in city.hazards],
            asset_types=types,
            priced=bool(city.values),
        )
    return {**shown, "inputs": inputs, "left_out": public}


def _without_columns(values: object, hidden: set[str]) -> object:
    """Return a mapping or list without these names; anything else as it is."""
    if isinstance(values, Mapping):
        return {name: value for name, value in values.items() if name not in hidden}
    return (
        [entry for entry in values if entry not in hidden]
        if isinstance(values, (list, tuple))
        else values
    )


def _internal_files(city: City) -> Iterator[Path]:
    hidden = [layer for layer in (*city.assets, *city.context) if layer.visibility != "public"]
    if city.future and not any(
        hazard.water and hazard.visibility == "public" for hazard in city.hazards
    ):
        hidden += [rate for rate in (city.future.subsidence_rate,) if isinstance(rate, RateLayer)]
    for hazard in city.hazards:
        if hazard.visibility != "public":
            hidden += hazard.maps
            yield from (a_map.terrain for a_map in hazard.maps if a_map.terrain)
            yield from (
                rule.path for rule in city.curves if rule.path and rule.hazard == hazard.name
            )
    if city.districts and city.districts.visibility != "public":
        hidden += [
            city.districts,
            *([city.districts.population] if city.districts.population else []),
        ]
    yield from (layer.path for layer in hidden)
