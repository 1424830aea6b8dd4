"""The town with tidal flooding that comes many times a year."""

from __future__ import annotations

import numpy as np

from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.model.reading import read_city
from tests.support.town import write_grid

# Rob reaches the south-west cell every year; it leaves the north-east one unknown.
ROB = """
[[hazards]]
name = "rob"
kind = "stress"
occurrence = { OFTEN, source = "tide gauge" }
intensity = { measure = "water depth", unit = "m" }
exposed_from = 0.1
nodata_means = "unknown"
maps = [ MAPS ]
source = { title = "Rob", licence = "CC0-1.0" }
"""
FIRST = '{ return_period = 1, path = "rob_1.tif" }'
HOUSES = """
[[yearly]]
hazard = "rob"
asset_types = ["house", "clinic"]
fraction = 0.02
service_lost = 0.5
source = "by pencil"
"""
ROADS = """
[[yearly]]
hazard = "rob"
asset_types = "road"
cost = 15
per = "m"
service_lost = 0.5
source = "by pencil"
exercise = true
"""


def rob(folder, *more: str, often: str = "days_per_year = 40", maps: str = FIRST) -> Assessment:
    """The town with a rob, assessed."""
    write_grid(folder / "rob_1.tif", np.array([[0.0, -9999.0], [0.5, 0.0]]))
    declared = ROB.replace("OFTEN", often).replace("MAPS", maps) + "\n".join(more)
    with (folder / "city.toml").open("a", encoding="utf-8") as toml:
        toml.write(declared)
    return assess(read_city(folder))


RARER = FIRST + "".join(
    f', {{ return_period = {period}, path = "rob_{period}.tif" }}' for period in (5, 10, 20)
)
CURVE = """
[[curves]]
hazard = "rob"
asset_types = "house"
path = "straight.csv"
source = { title = "by pencil", licence = "CC0-1.0" }
"""
