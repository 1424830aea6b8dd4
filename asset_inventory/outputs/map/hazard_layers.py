"""Hazard maps for a page: a grid as a classed picture, zones as polygons; one legend a hazard."""

import base64
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PIL import Image

from asset_inventory.assessment.run import Assessment
from asset_inventory.hazards.asset_values import read_values
from asset_inventory.hazards.zone_intersections import read_zones
from asset_inventory.io.geometries import WGS84, AnyCrs
from asset_inventory.io.raster_output import NOTHING, Picture, picture
from asset_inventory.io.rasters import open_grid
from asset_inventory.model.hazards import Hazard, HazardMap
from asset_inventory.outputs.views.city import pack, simplify_to
from asset_inventory.outputs.views.style import NO_CLASS, Classes, classify, intensity_classes

# All zones of a map together; with the differences packed this stays under 2 MB
MOST_ZONE_VERTICES = 150_000
_CLEAR = (0, 0, 0, 0)
NO_DATA_CODE = 1  # the picture's code for no data: above dry, below every class


@dataclass(frozen=True)
class HazardOnMap:
    """A hazard as it is drawn: its classes, and the page's data of each map in the city's order."""

    hazard: Hazard
    classes: Classes
    periods: tuple[float, ...]  # years; NaN is a scenario
    bodies: tuple[dict[str, object], ...] = field(repr=False)


def palette_png(codes: np.ndarray, colours: list[tuple[int, int, int, int]]) -> bytes:
    """Return a PNG of codes (rows × columns, uint8) with a palette of red, green, blue and opacity
    (0-255).

    A pixel takes as few bits as the palette allows.
    """
    image = Image.fromarray(codes)
    image.putpalette([part for colour in colours for part in colour[:3]])
    content = io.BytesIO()
    image.save(content, "PNG", transparency=bytes(colour[3] for colour in colours))
    return content.getvalue()


def ranks(classes: Classes, threshold: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function from intensities to codes: 0 not drawn, 1 no data, 2, 3, … classes."""
    ranged = [place for place, a_class in enumerate(classes.classes) if a_class.has_range]
    code_of = np.full(NO_CLASS + 1, NOTHING, dtype=np.uint8)
    code_of[[place for place, a_class in enumerate(classes.classes) if a_class.no_data]] = (
        NO_DATA_CODE
    )
    code_of[ranged] = np.arange(2, 2 + len(ranged))

    def coded(values: np.ndarray) -> np.ndarray:
        codes = code_of[classify(values, classes)]
        with np.errstate(invalid="ignore"):
            codes[(values < threshold) | ((values <= 0) & (threshold == 0))] = NOTHING
        return codes

    return coded


def picture_body(image: Picture, classes: Classes, *, outside_unknown: bool) -> dict[str, object]:
    """Return a grid's picture for a page; its edge only where no data lies beyond it."""
    no_data = image.codes == NO_DATA_CODE
    colours = [
        _CLEAR,
        _CLEAR,
        *(_rgba(a_class.colour) for a_class in classes.classes if a_class.has_range),
    ]
    body: dict[str, object] = {
        "png": _base64(palette_png(image.codes, colours)),
        "bounds": [list(pair) for pair in image.bounds],
    }
    if no_data.any():  # a picture of its own, through which the page shows its hatching
        body["no_data"] = _base64(palette_png(no_data.astype(np.uint8), [_CLEAR, (0, 0, 0, 255)]))
    if outside_unknown:
        body["edge"] = pack(gpd.GeoDataFrame(geometry=[image.edge], crs=WGS84))
    return body


def zones_body(zones: gpd.GeoDataFrame, classes: Classes) -> dict[str, object]:
    """Return zones (geometry, `intensity`) for a page, the worst on top, from the threshold up."""
    codes = classify(zones["intensity"].to_numpy(dtype=float), classes)
    drawn = zone_shapes(zones, classes)
    shapes = zones.iloc[drawn].reset_index(drop=True)[["geometry"]]
    simple, tolerance = simplify_to(shapes, most_vertices=MOST_ZONE_VERTICES)
    return {"shapes": pack(simple), "codes": codes[drawn].tolist(), "tolerance": tolerance}


def zone_shapes(zones: gpd.GeoDataFrame, classes: Classes) -> np.ndarray:
    """Return the rows of zones that have a class, the worse later and therefore drawn above."""
    codes = classify(zones["intensity"].to_numpy(dtype=float), classes)
    drawn = np.flatnonzero(codes != NO_CLASS)
    ranged = {
        place: order
        for order, place in enumerate(
            sorted(range(len(classes.classes)), key=lambda place: _order(classes, place))
        )
    }
    return drawn[np.argsort([ranged[code] for code in codes[drawn]], kind="stable")]


def hazards_on_map(assessment: Assessment) -> list[HazardOnMap]:
    """Return the hazards that an assessment looked at, their maps read from the city's files for
    the page.

    Raises SourceError where a file cannot be read.
    """
    looked_at = set(assessment.exposure_counts["hazard"].astype(str))
    return [
        hazard_on_map(
            hazard, assessment.city.crs, intensities_met(assessment.exposure, hazard.name)
        )
        for hazard in assessment.city.hazards
        if hazard.name in looked_at
    ]


def hazards_of_both(
    left: Assessment, right: Assessment
) -> tuple[list[HazardOnMap], list[HazardOnMap]]:
    """Return the hazards of two assessments; those of one name and scale share a class table, so
    that colours do too.

    Raises SourceError where a file cannot be read.
    """
    if left is right:
        hazards = hazards_on_map(left)
        return hazards, hazards
    looked_at = [set(side.exposure_counts["hazard"].astype(str)) for side in (left, right)]
    others = {hazard.name: hazard for hazard in right.city.hazards if hazard.name in looked_at[1]}
    here, tables = [], {}
    for hazard in left.city.hazards:
        if hazard.name not in looked_at[0]:
            continue
        met, alike = (
            intensities_met(left.exposure, hazard.name),
            shared_classes(hazard, others.get(hazard.name)),
        )
        if alike:
            met = np.concatenate([met, intensities_met(right.exposure, hazard.name)])
        here.append(hazard_on_map(hazard, left.city.crs, met))
        tables[hazard.name] = here[-1].classes if alike else None
    return here, [
        hazard_on_map(
            hazard, right.city.crs, intensities_met(right.exposure, name), classes=tables.get(name)
        )
        for name, hazard in others.items()
    ]


def shared_classes(hazard: Hazard, other: Hazard | None) -> bool:
    """Return whether one class table serves two hazards."""
    return other is not None and all(
        ask(hazard) == ask(other)
        for ask in (
            lambda it: it.intensity.measure,
            lambda it: it.unit,
            lambda it: it.threshold,
            lambda it: it.breaks,
            _names,
        )
    )


def hazard_on_map(
    hazard: Hazard, city_crs: AnyCrs, met: np.ndarray, *, classes: Classes | None = None
) -> HazardOnMap:
    """Return one hazard for the page, its maps in rising order of return period.

    `met` are intensities that assets meet: they give the breaks between classes where the unit is
    not metres, unless the `classes` are given.
    """
    zones = zones_by_period(hazard, city_crs)
    classes = classes or classes_of_hazard(hazard, met, zones)
    bodies = {period: zones_body(table, classes) for period, table in zones.items()}
    for a_map in hazard.maps:
        if a_map.is_grid:
            bodies[math.nan if a_map.return_period is None else a_map.return_period] = grid_body(
                hazard, a_map, classes
            )
    periods = sorted(bodies, key=lambda period: (math.isnan(period), period))
    return HazardOnMap(hazard, classes, tuple(periods), tuple(bodies[period] for period in periods))


def grid_body(hazard: Hazard, a_map: HazardMap, classes: Classes) -> dict[str, object]:
    """Return one grid of a hazard for a page. Raises SourceError where it cannot be read."""
    grid = open_grid(
        a_map.path,
        band=a_map.band,
        crs=a_map.crs,
        terrain=a_map.terrain,
        below_ground=hazard.counts_below_ground,
    )
    image = picture(grid, codes_of_hazard(hazard, classes), **blanks(hazard))
    return picture_body(image, classes, outside_unknown=hazard.outside == "unknown")


def codes_of_hazard(hazard: Hazard, classes: Classes) -> Callable[[np.ndarray], np.ndarray]:
    """Return what turns the numbers of a hazard's grids into a picture's codes; see `ranks`."""
    coded = ranks(classes, hazard.threshold)
    return lambda window: coded(window * hazard.factor)


def blanks(hazard: Hazard) -> dict[str, float]:
    """Return the values for cells of a hazard's grids without one, as `rasters.reading` takes them.

    What is known to be empty is 0, or lower than all that is drawn where water below ground is
    drawn too.
    """
    known_empty, unknown = (
        hazard.exposed_from - 1.0 if hazard.counts_below_ground else 0.0,
        math.nan,
    )
    return {
        "nodata": known_empty if hazard.nodata_means == "not exposed" else unknown,
        "outside": known_empty if hazard.outside == "not exposed" else unknown,
    }


def classes_of_hazard(
    hazard: Hazard, met: np.ndarray, zones: Mapping[float, gpd.GeoDataFrame]
) -> Classes:
    """Return a hazard's classes; `met` are intensities at assets, `zones` those of each map."""
    met = np.concatenate(
        [met, *(table["intensity"].to_numpy(dtype=float) for table in zones.values())]
    )
    return intensity_classes(
        met,
        unit=hazard.unit,
        threshold=hazard.threshold,
        names=_names(hazard),
        breaks=hazard.breaks,
    )


def zones_by_period(hazard: Hazard, city_crs: AnyCrs) -> dict[float, gpd.GeoDataFrame]:
    """Return the zones of each return period, whatever files they come from.

    A table of intensities by asset has no zone.
    """
    tables = [_zones(hazard, a_map, city_crs) for a_map in hazard.maps if not a_map.is_grid]
    if not tables:
        return {}
    zones = pd.concat(tables, ignore_index=True)
    return {float(period): table for period, table in zones.groupby("return_period", dropna=False)}


def _zones(hazard: Hazard, a_map: HazardMap, city_crs: AnyCrs) -> gpd.GeoDataFrame:
    if not a_map.is_table:
        return read_zones(hazard, a_map, city_crs)[0]
    values = read_values(hazard, a_map)[0].drop_duplicates("return_period")
    return gpd.GeoDataFrame(values, geometry=[shapely.Polygon()] * len(values), crs=city_crs)


def _names(hazard: Hazard) -> dict[float, str]:
    """Return the city's own words for intensities, by intensity; shared ones are put together."""
    names: dict[float, str] = {}
    for a_map in hazard.maps:
        by_order = {word: float(place) for place, word in enumerate(a_map.order or (), start=1)}
        for word, intensity in (dict(a_map.intensities or {}) or by_order).items():
            known = names.get(intensity * hazard.factor)
            if known is None:
                names[intensity * hazard.factor] = word
            elif word not in known.split(", "):
                names[intensity * hazard.factor] = f"{known}, {word}"
    return names


def intensities_met(exposure: pd.DataFrame, hazard: str) -> np.ndarray:
    """Return the greatest intensity of each row of EXPOSURE that is of a hazard."""
    return exposure["intensity_max"].to_numpy(dtype=float)[
        (exposure["hazard"] == hazard).to_numpy()
    ]


def _order(classes: Classes, place: int) -> tuple[int, float]:
    a_class = classes.classes[place]
    return (1, a_class.low) if a_class.has_range else (0, 0.0)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _rgba(colour: str) -> tuple[int, int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), 255
