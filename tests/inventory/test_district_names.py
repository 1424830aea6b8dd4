"""The one district that a text means, or why there is none."""

from __future__ import annotations

import pandas as pd
import pytest

from asset_inventory.inventory.districts import district_meant
from asset_inventory.model.errors import CityError

# fmt: off
DISTRICTS = pd.DataFrame({
    "district": ["33.74.01", "33.74.02", "33.74.03"], "name": ["Tanjung Mas", "Krapyak", "Krapyak"],
    "parent": ["Semarang Utara", "Semarang Barat", "Semarang Tengah"],
})
# fmt: on


@pytest.mark.parametrize(
    "text",
    ["33.74.01", "Tanjung Mas", "tanjungmas", " TANJUNG-MAS ", "Tanjung Mas, Semarang Utara"],
)
def test_any_spelling_without_doubt_means_it(text):
    assert district_meant(text, DISTRICTS) == "33.74.01"


@pytest.mark.parametrize(
    ("text", "key", "parts"),
    [
        ("Krapyak", "error.district_ambiguous", ("33.74.02 (Krapyak, Semarang Barat)", "33.74.03")),
        ("Tanjun Mas", "error.district_not_known_near", ('"Tanjung Mas"',)),
        ("Atlantis", "error.district_not_known", ('"Atlantis"',)),
        ("", "error.district_not_known", ('""',)),
    ],
)
def test_what_means_none_or_several_is_said(text, key, parts):
    with pytest.raises(CityError) as caught:
        district_meant(text, DISTRICTS)
    assert caught.value.key == key
    for language in ("en", "id"):
        assert all(part in caught.value.say(language) for part in parts)
    assert district_meant("Krapyak, Semarang Tengah", DISTRICTS) == "33.74.03"
