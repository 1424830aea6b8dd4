"""Jakarta, as city.toml declares it."""

from __future__ import annotations

from tests.support.paths import SHARED

JAKARTA = SHARED / "data" / "jakarta"
BUILDINGS_CRS = 'crs = "EPSG:3857"   # its .prj names a sphere of its own'
TOML = f"""
name = "Jakarta"
crs = "EPSG:32748"
currency = "IDR"
language = "en"

[districts]
path = "{JAKARTA}/boundaries/kelurahan_jakarta.shp"
id = "ID"
name = "KEL_NAME_1"
parent = "KEC_NAME_1"
source = {{ title = "Kelurahan", licence = "see .lic" }}

[[assets]]
name = "buildings"
path = "{JAKARTA}/exposure/OSM_structures_jakarta_20121018.shp"
{BUILDINGS_CRS}
asset_type = "building"
source = {{ title = "OpenStreetMap 2012", licence = "ODbL-1.0" }}

[[assets]]
name = "roads"
path = "{JAKARTA}/exposure/jakarta_roads.shp"
asset_type = "road"
source = {{ title = "OpenStreetMap", licence = "ODbL-1.0" }}

[[hazards]]
name = "flood 2007"
kind = "shock"
intensity = {{ measure = "flooded in 2007", unit = "class" }}
outside = "not exposed"
[[hazards.maps]]
path = "{JAKARTA}/hazard/Jakarta_RW_2007flood.shp"
intensity = 1
where = {{ FLOODPRONE = ["YES", "Yes"] }}
[hazards.source]
title = "RW flooded in 2007"
licence = "see .lic"

[[hazards]]
name = "flood depth"
kind = "shock"
intensity = {{ measure = "water depth", unit = "m" }}
exposed_from = 0
nodata_means = "unknown"
maps = [ {{ path = "{JAKARTA}/hazard/Flood_Current_Depth_Jakarta_geographic.asc" }} ]
source = {{ title = "Modelled flood", licence = "see .lic" }}

[[hazards]]
name = "earthquake"
kind = "shock"
intensity = {{ measure = "shaking", unit = "MMI" }}
exposed_from = 4
nodata_means = "unknown"
maps = [ {{ path = "{JAKARTA}/hazard/lembang_6.8_shakemap.asc" }} ]
source = {{ title = "Lembang M6.8 scenario", licence = "see .lic" }}
"""
