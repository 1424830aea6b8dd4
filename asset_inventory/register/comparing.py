"""A delivered table next to the register's: which fields and assets match, and what has changed.

Shapefiles cut the names of fields to ten characters, and programs change their case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from asset_inventory.intake.shapefiles import CUT
from asset_inventory.inventory.assets import traits_of
from asset_inventory.inventory.matching import among
from asset_inventory.io.geometries import to_city
from asset_inventory.io.layer_files import ID_FIELD
from asset_inventory.model.city import AssetLayer
from asset_inventory.register.changes import EDITED, REMOVED, TOLERANCE, diff
from asset_inventory.register.export import METRES_A_DEGREE, Base, first_bytes, known_by
from asset_inventory.register.identity import Traits, identify
from asset_inventory.register.rows import OURS


@dataclass(frozen=True)
class Fields:
    """`names` from delivered to known ones in the delivery's order; those `added` and `missing`."""

    names: Mapping[str, str]
    added: tuple[str, ...]
    missing: tuple[str, ...]


def identify_fields(
    known: Sequence[str], delivered: Sequence[str], *, names: Mapping[str, str] | None = None
) -> Fields:
    """Return which delivered field is which known one.

    By `names` (delivered to known, as an export wrote them down), else by the same name, else by
    the same in any case, else by the name cut to ten characters or bytes. A cut that fits two
    fields is nobody's: it is added.
    """
    matched = dict(names or {})
    matched = {name: full for name, full in matched.items() if name in delivered and full in known}
    for form in _FORMS:
        for name, full in _once(form, [k for k in known if k not in matched.values()]).items():
            fitting = [d for d in delivered if d not in matched and form(d) == name]
            if len(fitting) == 1:
                matched[fitting[0]] = full
    return Fields(
        {name: matched[name] for name in delivered if name in matched},
        tuple(name for name in delivered if name not in matched),
        tuple(name for name in known if name not in matched.values()),
    )


def _once(form: Callable[[str], str], names: Sequence[str]) -> dict[str, str]:
    """Return names by their form, without forms that several share."""
    forms = [form(name) for name in names]
    return {text: name for text, name in zip(forms, names, strict=True) if forms.count(text) == 1}


_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    str.casefold,
    lambda name: name[:CUT].casefold(),
    lambda name: first_bytes(name, CUT).casefold(),
)


@dataclass(frozen=True)
class Compared:
    """What a delivery changes: CHANGES, DOUBTS, its fields by known names, and findings.

    `names` are the known names by the delivered ones, `report` as in `Delivery`.
    """

    changes: pd.DataFrame
    doubts: pd.DataFrame
    fields: tuple[str, ...]
    names: Mapping[str, str]
    report: dict[str, object]


def compare(
    earlier: gpd.GeoDataFrame,
    delivered: gpd.GeoDataFrame,
    declared: AssetLayer,
    *,
    city_crs: str,
    base: Base | None,
    taken: Collection[str],
) -> Compared:
    """Return what leads from a layer's table (by asset_id) to a delivered one (by features).

    A field that the delivery lacks keeps its values, a feature without a usable shape that of its
    asset. What the delivery lacks is removed only from a layer that is declared complete. `base` is
    what an export wrote next to the file, `taken` all asset_ids that were ever given. Raises
    SourceError where it has no system, or only a guess would bring it into the layer's.
    """
    known = [name for name in earlier.columns if name != "geometry"]
    plain = [name for name in delivered.columns if name != "geometry"]
    fields = identify_fields(known, plain, names=base.names if base is not None else None)
    theirs = delivered.rename(columns=dict(fields.names))
    ours = _fields_of_ours(known, fields.added)
    listed = _listed_ids(theirs, [*earlier.index, *taken], declared, base, ours.get(ID_FIELD))
    # one alone may be the department's own until an export can have added it
    if len(earlier) or len(ours) > 1:
        added = tuple(name for name in fields.added if name not in ours.values())
        theirs, fields = theirs.drop(columns=[*ours.values()]), replace(fields, added=added)
    if theirs.crs is None and earlier.crs is not None:
        theirs = theirs.set_crs(earlier.crs)
    identity = identify(
        traits(earlier[~among(earlier.index, listed.dropna())], city_crs, declared),
        traits(theirs[listed.isna().to_numpy()], city_crs, declared),
        layer=declared.name,
        taken=taken,
    )
    if earlier.crs is not None and theirs.crs != earlier.crs:
        theirs = to_city(theirs, earlier.crs, source=declared.name)[0]
    theirs = theirs.set_axis(pd.Index(listed.fillna(identity.asset_id), name=None, dtype="str"))
    changes = diff(earlier, theirs, columns=[*theirs.columns], tolerance=tolerance_of(earlier))
    left = (changes["change"] == REMOVED).to_numpy() & (not declared.complete)
    moved = (changes["change"] == EDITED) & (changes["column"] == "geometry")
    shapeless = (moved & changes["after"].isna()).to_numpy()
    report = {
        "features": len(delivered),
        "known": int(among(theirs.index, earlier.index).sum()),
        "removals_left": int(left.sum()),
        "shapes_left": int(shapeless.sum()),
        "fields_added": list(fields.added) if known or len(earlier) else [],
        "fields_missing": list(fields.missing),
    }
    changes = changes[~left & ~shapeless].reset_index(drop=True)
    delivered_fields = tuple(theirs.columns.drop("geometry"))
    return Compared(
        changes=changes,
        doubts=identity.doubts,
        fields=delivered_fields,
        names=fields.names,
        report=report,
    )


def tolerance_of(table: gpd.GeoDataFrame) -> float:
    """Return how far apart equal coordinates of a layer's table may lie, in their own unit."""
    geographic = table.crs is not None and table.crs.is_geographic
    return TOLERANCE / METRES_A_DEGREE if geographic else TOLERANCE


def _fields_of_ours(known: Sequence[str], added: Sequence[str]) -> dict[str, str]:
    """Return the delivery's names of our fields, in any case, or cut to ten characters.

    That is the asset_id that an export wrote, or all that the register adds to a layer's fields,
    where somebody saved the layer out of the register itself. What the layer has as a field of its
    own is not ours.
    """
    names = {ours: name for name, ours in identify_fields(OURS, added).names.items()}
    own = {name.casefold() for name in known}
    if len(names) == len(OURS) and own.isdisjoint(OURS):
        return names
    return {ID_FIELD: names[ID_FIELD]} if ID_FIELD in names and ID_FIELD not in own else {}


def _listed_ids(
    theirs: gpd.GeoDataFrame,
    ever: Sequence[str],
    declared: AssetLayer,
    base: Base | None,
    field: str | None,
) -> pd.Series:
    """Return the asset_id of each feature by its export; null without, or with own ids.

    The field gives it where its id was `ever` given and stands in one row alone: a copied row has
    the id of another. The export's records give it for the other rows.
    """
    ids = pd.Series(None, index=theirs.index, dtype="str")
    if declared.fields.asset_id:
        return ids
    if field is not None:
        ids = theirs[field].astype("str").str.strip()
        ids = ids.where(among(ids, ever))
        ids = ids.mask(ids.duplicated(keep=False))
    if base is not None and ids.isna().any():
        known = known_by(base, theirs)
        ids = ids.fillna(known.where(among(known, ever) & ~among(known, ids.dropna())))
        ids = ids.mask(ids.duplicated(keep=False))
    return ids


def traits(table: gpd.GeoDataFrame, city_crs: str, declared: AssetLayer) -> Traits:
    """Return what identity looks at in a layer's table."""
    fields = pd.DataFrame(table.drop(columns="geometry"))
    geometry = to_city(table, city_crs, source=declared.name)[0].geometry.to_numpy()
    return Traits(fields, geometry, *traits_of(fields, declared))
