"""A town so small that its figures can be computed by hand, and what its people say."""

from __future__ import annotations

from pathlib import Path

import affine
import geopandas
import numpy as np
import rasterio
import shapely

# The town. A square of 100 m, its lower left corner at (X, Y) in UTM 49S; north is up.
#
#     +---------+---------+      grid: four cells of 50 m, depth in metres at return period 10 / 50
# / 100 years     |    0    | nodata  |      A  house, 20 x 20 m at (10, 40): half in the south-west
# cell, half in the north-west     |  A   [ D ]        |      B  clinic, a point at (75, 25)
# |--A------+---------|      C  road, from (0, 25) to (100, 25): half in each southern cell
# |=C=======|===B====C|      D  house, 20 x 20 m at (40, 60): half in the north-west cell, half on
# nodata     |0.5/1/2  |  1/2/4  |      E  depot without a geometry     +---------+---------+
#
# Landslide zone «high»: the southern half. Districts: «1» the western half, «2» the eastern. Damage
# curve: straight from (0 m, 0) to (4 m, 1). Values: A 1000, B 500, C 10 a metre = 1000, D 800, E
# 100.
X, Y = 436_000.0, 9_227_000.0
DEPTHS = {10: (0.5, 1.0), 50: (1.0, 2.0), 100: (2.0, 4.0)}
STRAIGHT_CURVE = "intensity_m,damage\n0,0\n4,1\n"
TOWN_TOML = """
name = "Tiny Town"
crs = "EPSG:32749"
currency = "IDR"
language = "en"

[districts]
path = "districts.gpkg"
id = "CODE"
source = { title = "Districts", licence = "CC0-1.0" }

[[assets]]
name = "buildings"
path = "buildings.gpkg"
asset_type = { field = "KIND" }
owner = "Works"
source = { title = "Buildings", licence = "CC0-1.0" }
fields = { asset_id = "ID", name = "NAME", value = "VALUE" }

[[assets]]
name = "roads"
path = "roads.gpkg"
asset_type = "road"
source = { title = "Roads", licence = "CC0-1.0" }
fields = { asset_id = "ID" }

[values]
road = { per = "m", amount = 10, source = "by pencil" }

[[hazards]]
name = "flood"
kind = "shock"
intensity = { measure = "water depth", unit = "m" }
exposed_from = 0.1
nodata_means = "unknown"
no_damage_return_period = 5
maps = [
  { return_period = 100, path = "flood_100.tif" },
  { return_period = 10, path = "flood_10.tif" },
  { return_period = 50, path = "flood_50.tif" },
]
source = { title = "Flood", licence = "CC0-1.0", exercise = true }

[[hazards]]
name = "landslide"
kind = "shock"
intensity = { measure = "susceptibility class", unit = "class" }
outside = "not exposed"
maps = [ { path = "landslide.gpkg", intensity_field = "CLASS", order = ["low", "high"] } ]
source = { title = "Landslide", licence = "CC0-1.0" }

[[curves]]
hazard = "flood"
asset_types = "*"
path = "straight.csv"
source = { title = "by pencil", licence = "CC0-1.0" }

[scores]
fewest_assets = 1
ead_per_value = { worst = 0.1, best = 0, weight = 0.5 }
exposed_share = { worst = 1, best = 0, weight = 0.5 }
"""


# fmt: off
# No price, no value and no currency
NO_PRICES = (('currency = "IDR"\n', ""), (', value = "VALUE"', ""),
             ('[values]\nroad = { per = "m", amount = 10, source = "by pencil" }\n', ""))
# fmt: on


def write_grid(
    path: Path, values: np.ndarray, *, nodata: float | None = -9999.0, cell: float = 50.0
) -> Path:
    """Write a grid whose lower left corner is the town's."""
    transform = affine.Affine(cell, 0, X, 0, -cell, Y + cell * values.shape[0])
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype="float32",
        crs="EPSG:32749",
        transform=transform,
        nodata=nodata,
    ) as dataset:
        dataset.write(values.astype("float32"), 1)
    return path


def write_layer(path: Path, geometry: list, **columns: list) -> None:
    geopandas.GeoDataFrame(columns, geometry=geometry, crs="EPSG:32749").to_file(
        path, driver="GPKG"
    )


# What people of the town say. Districts are called West («1») and East («2»). The flood is tied to
# the sea, and the ground sinks 0.05 m a year. Six of the PKK vote alike, five of the traders the
# other way round, two of an office.
VOICES_TOML = """
[future]
today = 2026
years = [10]
source = "by pencil"
subsidence_rate = 0.05

[[pressures]]
id = "flood"
name = { id = "Banjir", en = "Flood" }
kind = "shock"
drivers = ["7", "8"]
measured_by = { hazard = "flood" }

[[pressures]]
id = "slide"
name = { id = "Longsor", en = "Landslide" }
kind = "shock"
measured_by = { hazard = "landslide" }

[[pressures]]
id = "power"
name = { id = "Listrik padam", en = "Power cuts" }
kind = "shock"

[[pressures]]
id = "sinking"
name = { id = "Penurunan tanah", en = "Sinking ground" }
kind = "stress"

[[pressures]]
id = "poverty"
name = { id = "Kemiskinan", en = "Poverty" }
kind = "stress"
measured_by = { indicator = "poor people" }

[[influences]]
stress = "sinking"
shock = "flood"
by = "sinking ground"
reason = { id = "air lebih dalam", en = "the water stands deeper" }

[[influences]]
stress = "poverty"
shock = "flood"
reason = "less to rebuild with"

[resilience]
statements = { path = "statements.csv", source = "Forum", exercise = true }
votes = { path = "votes.csv", source = "Forum", exercise = true }
indicators = { path = "indicators.csv", source = "Social office" }
actions = { path = "actions.csv", source = "Planning office" }
top = 1
draws = 1000

[resilience.criteria]
ead_per_value = { worst = 0.2, best = 0, front = true }
exposed_share = { worst = 1, best = 0 }
poverty = { of = "poor people", worst = 40, best = 0, front = true }
"""
# fmt: off
_VOTED = {("PKK", 6): ("flood", "power", "sinking", "slide", "poverty"),
          ("Pedagang", 5): ("poverty", "power", "flood", "sinking", "slide"),
          ("Dinas PU", 2): ("slide", "flood", "sinking", "power", "poverty")}
# fmt: on
# fmt: off
VOICES = {
    "statements.csv": """Kelompok,Pernyataan,Kelurahan,Jenis,Guncangan atau tekanan,Digabung oleh,Alasan
PKK,Air masuk rumah tiap pasang,West,guncangan,flood,Forum,airnya sama
PKK,Jalan turun setiap tahun,east,tekanan,sinking,Forum,tanahnya turun
Pedagang,Listrik sering padam,,guncangan,,,
Pedagang,Sampah menumpuk,East,,,,
""",
    "votes.csv": "group,voter,pressure,rank\n" + "".join(
        f"{group},{voter},{name},{place}\n" for (group, voters), order in _VOTED.items()
        for voter in range(1, voters + 1) for place, name in enumerate(order, start=1)),
    "indicators.csv": """district,indicator,value,unit,year,source,better
West,poor people,30,%,2025,Social office,lower
East,poor people,10,%,2025,Social office,lower
""",
    "actions.csv": """action,owner,districts,pressures,drivers,budget,first_year,last_year,status
Pump house,Works,West,flood,7,2000,2026,2027,running
Cash for the poor,Social,,poverty,2,500,2026,2026,planned
""",
}
# fmt: on


TEN = '  { return_period = 10, path = "flood_10.tif" },\n'


FIFTY = '  { return_period = 50, path = "flood_50.tif" },\n'


START = "no_damage_return_period = 5\n"


HOW_LITTLE = {
    "en": (
        "1 map describes one event only",
        "A single figure needs three or more return periods",
    ),
    "id": (
        "1 peta hanya menggambarkan 1 kejadian",
        "Satu angka memerlukan paling sedikit tiga kala ulang",
    ),
}


# Half as deep as the flood, where the flood is: the clinic, worth 500, loses 62.5, 125 and 250
# beside 125, 250 and 500.
SURGE = """
[[hazards]]
name = "surge"
kind = "shock"
intensity = { measure = "water depth", unit = "m" }
exposed_from = 0.1
nodata_means = "unknown"
no_damage_return_period = 5
maps = [
  { return_period = 10, path = "surge_10.tif" },
  { return_period = 50, path = "surge_50.tif" },
  { return_period = 100, path = "surge_100.tif" },
]
source = { title = "Surge", licence = "CC0-1.0" }

[[curves]]
hazard = "surge"
asset_types = "*"
path = "straight.csv"
source = { title = "by pencil", licence = "CC0-1.0" }
"""


DECLARED = """
[[relations]]
hazards = ["flood", "surge"]
relation = "{}"
reason = "one storm brings both"
"""


def draw_town(folder: Path) -> Path:
    """Write the town drawn above into a new folder."""
    folder.mkdir()
    (folder / "city.toml").write_text(TOWN_TOML, encoding="utf-8")
    (folder / "straight.csv").write_text(STRAIGHT_CURVE, encoding="utf-8")
    house = [
        shapely.box(X + 10, Y + 40, X + 30, Y + 60),
        shapely.Point(X + 75, Y + 25),
        shapely.box(X + 40, Y + 60, X + 60, Y + 80),
        None,
    ]
    write_layer(
        folder / "buildings.gpkg",
        house,
        ID=["A", "B", "D", "E"],
        NAME=["House A", "Clinic B", None, "Depot E"],
        KIND=["house", "clinic", "house", "depot"],
        VALUE=[1000.0, 500.0, 800.0, 100.0],
    )
    write_layer(
        folder / "roads.gpkg", [shapely.LineString([(X, Y + 25), (X + 100, Y + 25)])], ID=["C"]
    )
    write_layer(
        folder / "districts.gpkg",
        [shapely.box(X, Y, X + 50, Y + 100), shapely.box(X + 50, Y, X + 100, Y + 100)],
        CODE=["1", "2"],
    )
    write_layer(folder / "landslide.gpkg", [shapely.box(X, Y, X + 100, Y + 50)], CLASS=["high"])
    for period, (west, east) in DEPTHS.items():
        write_grid(folder / f"flood_{period}.tif", np.array([[0.0, -9999.0], [west, east]]))
    return folder


def add_survey(town: Path) -> Path:
    """Give a town names of districts, a projection, and what its people say."""
    write_layer(
        town / "districts.gpkg",
        [shapely.box(X, Y, X + 50, Y + 100), shapely.box(X + 50, Y, X + 100, Y + 100)],
        CODE=["1", "2"],
        NAME=["West", "East"],
    )
    declared = (town / "city.toml").read_text(encoding="utf-8")
    declared = declared.replace('id = "CODE"', 'id = "CODE"\nname = "NAME"')
    declared = declared.replace(
        "exposed_from = 0.1", 'exposed_from = 0.1\nwater = "sea"\nsurveyed = 2020'
    )
    (town / "city.toml").write_text(declared + VOICES_TOML, encoding="utf-8")
    for name, text in VOICES.items():
        (town / name).write_text(text, encoding="utf-8")
    return town
