"""What offices really hand in, through a whole tiny city: each fault is told in both languages,
and no row is lost.
"""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from asset_inventory.messages import LANGUAGES

pytestmark = pytest.mark.slow

HEAD = ["Kelompok", "No. pemilih", "Guncangan atau tekanan", "Peringkat"]
# A title, an empty row, headings in row 3; PKK's name stands in one merged cell over the rows of
# its first voter.
# fmt: off
BALLOT = [
    ["Rekap suara warga 2026"], [], HEAD,
    # a tie; rows 4 to 6
    ["PKK", 1, "Banjir", 1], [None, 1, "Longsor", 2], [None, 1, "Kemiskinan", 2],
    [],  # row 7
    *[["PKK", voter, name, rank] for voter in (2, 3, 4, 5) for rank, name in ((1, "Banjir"), (2, "Listrik padam"))],
    ["Dinas PU", 1, "Banjir", 1], ["Dinas PU", 2, "Longsor", 1],  # a group of two; rows 16 and 17
    ["PKK", 6, "Banjir", 1], ["PKK", 6, "banjir", 3],  # ranks one item twice; rows 18 and 19
    # a slip of the pen, and what the city does not know
    ["PKK", 7, "Banjr", 1], ["PKK", 7, "Gempa", 2],
    ["PKK", 8, "Banjir", "satu"], ["PKK", None, "Banjir", 1],  # no rank, no voter
]
# fmt: on
INDICATORS = """Kelurahan;Indikator;Nilai;Satuan;Tahun;Sumber;Mana yang lebih baik
west;poor people;30;%;2025;Dinsos;rendah
East;poor people;10;%;2025;Dinsos;rendah
Atlantis;poor people;99;%;2025;Dinsos;rendah
"""
STATEMENTS = """group,statement,district,kind,pressure,merged_by,reason
PKK,Air masuk rumah,West,shock,flood,Forum,airnya sama
PKK,Air di jalan,W e s t,shock,flood,,
PKK,Bau sampah,Wst,entah,,,
"""
# fmt: off
TOLD = {
    "en": ("merged cell", "1 empty row", "same rank to several", "withheld (Dinas PU)",
           'PKK, 6 ranks "Banjir" more than once', '"Banjr" is not one', 'did you mean "flood"?', '"Gempa" is not one',
           '"satu" is not a rank', '"voter" is empty', '"Atlantis" is not a district', '"west" is read as "West"',
           '"W e s t" is read as "West"', 'did you mean "West"?', '"entah" is neither shock nor stress',
           "without the person responsible and the reason"),
    "id": ("sel gabungan", "1 baris kosong", "peringkat yang sama", "(Dinas PU)", 'PKK, 6 memberi peringkat "Banjir"',
           '"Banjr" bukan', '"flood"?', '"Gempa" bukan', '"satu" bukan peringkat', '"voter" kosong',
           '"Atlantis" bukan', '"west" dibaca sebagai "West"', '"W e s t" dibaca sebagai "West"', '"West"?',
           '"entah" bukan', "tanpa penanggung jawab dan alasan"),
}
# fmt: on


@pytest.fixture
def messy(town_with_voices: Path) -> Path:
    book = openpyxl.Workbook()
    for row in BALLOT:
        book.active.append(row)
    book.active.merge_cells("A4:A6")
    book.save(town_with_voices / "votes.xlsx")
    (town_with_voices / "indicators.csv").write_text(INDICATORS, encoding="utf-8")
    (town_with_voices / "statements.csv").write_text(STATEMENTS, encoding="utf-8")
    declared = town_with_voices / "city.toml"
    declared.write_text(
        declared.read_text(encoding="utf-8").replace("votes.csv", "votes.xlsx"), encoding="utf-8"
    )
    return town_with_voices


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_told_with_what_to_do(messy, ask, language):
    _, said = ask("resilience", messy, "--only", "findings", language=language)
    assert [told for told in TOLD[language] if told not in said] == []
    lines = [line for line in said.splitlines() if line.strip()]
    assert all(": " in line and line.rstrip().endswith(".") for line in lines), lines


@pytest.mark.slow
def test_no_row_is_lost(messy, tmp_path, ask, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, said = ask("resilience", messy, "--results", tmp_path, "--json")
    told = json.loads(said)
    empty = sum(row["count"] for row in told["findings"] if row["code"] == "ballot_row_empty")
    votes = (tmp_path / "votes.csv").read_text(encoding="utf-8").splitlines()[1:]
    counted = [row.split(",")[6] for row in votes]
    # 20 rows below the headings: one empty, 13 counted (3 + 8 of PKK, 2 of the office), 6 not
    assert (len(BALLOT) - 3, empty, counted.count("True"), counted.count("False")) == (20, 1, 13, 6)
    assert [row["counted"] for row in told["indicators"]] == [True, True, False]
    assert [row["pressure"] for row in told["statements"]] == ["flood", None, None]
    assert [row["district"] for row in told["statements"]] == ["1", "1", None]


def test_the_small_group_is_in_no_figure_and_its_votes_are_kept(messy, ask):
    rows = json.loads(ask("resilience", messy, "--only", "votes", "--json")[1])["votes"]
    assert {(row["group"], row["voters"]) for row in rows} == {("PKK", 5)}


def test_a_table_that_is_refused_stops_nothing_else(messy, ask):
    (messy / "votes.xlsx").write_bytes(b"PK\x03\x04 broken")
    (messy / "actions.csv").write_text("nama,alamat\na,b\n", encoding="utf-8")
    code, said = ask("resilience", messy, "--only", "findings")
    assert code == 1
    assert "votes.xlsx" in said and "no sheet has the column headings" in said
    told = json.loads(ask("resilience", messy, "--only", "districts", "--json")[1])
    assert len(told["districts"]) == 2
