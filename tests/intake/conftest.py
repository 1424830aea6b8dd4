"""Files of these tests are as new as a test is: nothing waits to see whether somebody still
writes them.
"""

from __future__ import annotations

import pytest

from asset_inventory.intake import containers


@pytest.fixture(autouse=True)
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look twice at a new file, but without the wait between."""
    monkeypatch.setattr(containers, "WAIT", 0.0)
