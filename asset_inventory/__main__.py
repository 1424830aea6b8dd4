"""`python -m asset_inventory` is the command `asset-inventory`, where that is not on the PATH."""

from __future__ import annotations

from asset_inventory.cli import main

raise SystemExit(main())
