"""Run DamageScanner on the files of the folder it is started in, and print the seconds that took
without the imports.

Called by programs.py with DamageScanner's own Python.

python run_damagescanner.py '{"5": "depth_005.tif", ...}'
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
from damagescanner import DamageScanner

start = time.perf_counter()
grids = {int(period): Path(path) for period, path in json.loads(sys.argv[1]).items()}
buildings = gpd.read_file("exposure.gpkg")
curves, prices = pd.read_csv("curves.csv", index_col=0), pd.read_csv("prices.csv")
scanner = DamageScanner(next(iter(grids.values())), buildings, curves, prices)
scanner.risk(grids).to_file("damagescanner.gpkg")
print(f"reckoned in {time.perf_counter() - start} seconds")
