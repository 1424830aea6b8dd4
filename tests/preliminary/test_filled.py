"""What people filled in is judged before anything is reckoned: by `check` as by the assessment."""

from __future__ import annotations

import pytest

from asset_inventory.words import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_judges_the_tables_that_people_filled_in(town_with_voices, ask, language):
    (town_with_voices / "votes.csv").write_text("group,voter,pressure,rank\nPKK,1,floood,1\n", encoding="utf-8")
    (town_with_voices / "statements.csv").write_bytes(b"\x00\x01 no table")
    said = ask("check", town_with_voices, language=language)[1].splitlines()
    alone = ask("resilience", town_with_voices, "--only", "findings", language=language)[1].splitlines()
    told = [line for line in alone if any(f" {name}.csv:" in line for name in ("votes", "statements", "indicators"))]
    assert any("floood" in line for line in told) and any("statements.csv" in line for line in told)
    assert [line for line in told if line not in said] == []


def test_a_city_without_districts_or_without_the_declaration_is_checked_too(town_with_voices, ask):
    text = (town_with_voices / "city.toml").read_text(encoding="utf-8")
    without = text[: text.index("[districts]")] + text[text.index("[[assets]]"):]
    (town_with_voices / "city.toml").write_text(without, encoding="utf-8")
    assert "«West»" in ask("check", town_with_voices)[1]
    (town_with_voices / "city.toml").write_text(text[: text.index("[resilience]")], encoding="utf-8")
    assert "votes" not in ask("check", town_with_voices)[1]
