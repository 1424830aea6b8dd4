"""`python -m asset_inventory.intake FOLDER` reads one file; without FOLDER it stays and waits."""

from __future__ import annotations

import sys
from pathlib import Path

from asset_inventory.intake import reading, workers

if len(sys.argv) > 1:
    reading.main(Path(sys.argv[1]))
else:
    workers.serve()
