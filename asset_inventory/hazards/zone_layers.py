"""Zones of a hazard read from the layers that a city names: what each says, and how often."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.errors import SourceError
from asset_inventory.sources.city import Hazard, HazardMap
from asset_inventory.sources.geometries import mended
from asset_inventory.sources.intake.asking import SELECTS_NONE
from asset_inventory.sources.projections import to_city
from asset_inventory.sources.spellings import mapped, near_listed, near_words
from asset_inventory.sources.vectors import Features, Layer, read_features
from asset_inventory.tables import finding, findings, join_findings


def read_zones(hazard: Hazard, one: HazardMap, city_crs: object) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the zones of one map in the city's system, and FINDINGS.

    Columns: `geometry` (Polygon, MultiPolygon), `intensity` (metre for lengths; NaN = a zone of which
    nothing is known), `return_period` (year; NaN = scenario) and `zone` (its number in the file). A zone whose
    return period cannot be read stands in every map of the file, its intensity unknown. Where a zone lies whose
    shape is not fit to be used nothing is known either, as far as its bounds reach.
    Raises SourceError when the layer or a field of it cannot be read.
    """
    source = f"{hazard.name} ({one.path.name})"
    columns = tuple(name for name in (one.intensity_field, one.return_period_field) if name)
    where, ignore_case = one.where or {}, bool(one.ignore_case)
    features = read_features(Layer(one.path, source, one.layer, one.crs, columns, where, ignore_case))
    if features.refused:
        rows = features.findings.to_dict("records")
        unselected = next((row["arguments"] for row in rows if row["code"] == SELECTS_NONE), {})
        key = "error.map_selects_none" if unselected else "error.map_refused"
        rest = tuple(row for row in rows if row["code"] != SELECTS_NONE)
        raise SourceError(key, source=source, path=str(one.path), rows=rest, **unselected)
    unfit = features.table.geometry.isna().to_numpy()
    table, moved = to_city(_with_bounds(features), city_crs, source=source)
    geometry, repaired = mended(table.geometry.to_numpy().copy(), table.index, source=source)
    intensity, rows = _zone_intensity(table, one, source)
    intensity = np.where(unfit, np.nan, intensity)
    period, more = _zone_period(table, one, source)
    flat = shapely.get_dimensions(geometry) == 2
    if not flat.all():
        rows.append(finding("zone_not_polygon", source=source, severity="error", count=int((~flat).sum()),
                            feature=str(table.index[~flat][0])))
    if not flat.any():
        rows.append(finding("zones_none", source=source, severity="warning"))
    read = gpd.GeoDataFrame(
        {"intensity": intensity * hazard.factor, "return_period": period, "zone": table.index.to_numpy(dtype=np.int64)},
        geometry=geometry, crs=table.crs)[flat].reset_index(drop=True)
    unplaced = read["return_period"].isna() if one.return_period_field else np.zeros(len(read), dtype=bool)
    read.loc[unplaced, "intensity"] = np.nan
    if unplaced.any():
        known = read.loc[~unplaced, "return_period"].unique()
        copies = [read[unplaced].assign(return_period=year) for year in known]
        read = pd.concat([read[~unplaced], *copies], ignore_index=True)
    return read, join_findings([features.findings, moved, repaired, findings([*rows, *more])])


def _with_bounds(features: Features) -> gpd.GeoDataFrame:
    """Return the features with the bounds of each shape that is not fit to be used in its place, where it has any."""
    geometry = features.table.geometry.to_numpy().copy()
    bounded = np.isfinite(features.lost).all(axis=1)
    geometry[np.flatnonzero(features.table.geometry.isna())[bounded]] = shapely.box(*features.lost[bounded].T)
    return features.table.set_geometry(gpd.GeoSeries(geometry, index=features.table.index, crs=features.table.crs))


def _zone_intensity(table: gpd.GeoDataFrame, one: HazardMap, source: str) -> tuple[np.ndarray, list[dict]]:
    if one.intensity_field is None:
        return np.full(len(table), np.nan if one.intensity is None else one.intensity), []
    given = _words(table[one.intensity_field])
    if one.words:
        intensity = mapped(given, one.words, ignore_case=bool(one.ignore_case))
    else:
        intensity = pd.to_numeric(given, errors="coerce")
    intensity = intensity.to_numpy(dtype=np.float64, na_value=np.nan)
    unknown = dict.fromkeys(one.unknown or (), 1.0)
    declared = mapped(given, unknown, ignore_case=bool(one.ignore_case)).notna().to_numpy()
    intensity = np.where(declared, np.nan, intensity)
    lost = np.isnan(intensity) & ~declared
    if not lost.any():
        return intensity, []
    rows = [finding("zone_intensity_unknown", source=source, severity="error", column=one.intensity_field,
                    count=int(lost.sum()), feature=str(table.index[lost][0]), words=_few(given[lost]))]  # fmt: skip
    near = near_words(given[lost], [*one.words, *unknown])
    if near:
        rows.append(finding("list_word_near", source=source, severity="warning", column=one.intensity_field,
                            count=sum(count for *_, count in near), words=near_listed(near)))  # fmt: skip
    return intensity, rows


def _zone_period(table: gpd.GeoDataFrame, one: HazardMap, source: str) -> tuple[np.ndarray, list[dict]]:
    if one.return_period_field is None:
        return np.full(len(table), np.nan if one.return_period is None else one.return_period), []
    given = _words(table[one.return_period_field])
    period = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    period = np.where((period > 0) & np.isfinite(period), period, np.nan)
    lost = np.isnan(period)
    if not lost.any():
        return period, []
    return period, [finding("zone_period_unknown", source=source, severity="error", column=one.return_period_field,
                            count=int(lost.sum()), feature=str(table.index[lost][0]), words=_few(given[lost]))]


def _words(column: pd.Series) -> pd.Series:
    """Return a column as words, whole numbers without decimals: a class 1 may be stored as 1.0."""
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda value: f"{value:.15g}", na_action="ignore").astype("str")
    return column.astype("str").str.strip()


def _few(words: pd.Series) -> str:
    """Return some of the words, for a sentence; «-» where the field is empty."""
    return ", ".join(list(dict.fromkeys(words.fillna("-").replace("", "-")))[:5])
