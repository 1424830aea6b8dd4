"""`python -m asset_inventory` is the command `asset-inventory`, where that is not on the PATH."""

from asset_inventory.cli import main

raise SystemExit(main())
