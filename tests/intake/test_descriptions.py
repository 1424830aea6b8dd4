"""Licences, owners and dates that texts in a folder state."""

from __future__ import annotations

import datetime

import pytest

from asset_inventory.intake.descriptions import descriptions_of


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("Data is available under the Open Database License (ODbL).", "ODbL"),
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC-BY-SA-4.0"),
        ("Lisensi: CC BY 4.0", "CC-BY-4.0"),
        ("Permission is hereby granted, free of charge, to any person", "MIT"),
        ("Open Government Licence - Canada", "Open Government Licence"),
        ("dedicated to the public domain", "public domain"),
        ("All rights reserved.", None),
        # the first one counts; the second is that of pictures
        ("under the ODbL. Our tiles are CC-BY-SA 2.0.", "ODbL"),
    ],
)
def test_a_licence_is_named_as_spdx_does(tmp_path, text, licence):
    (tmp_path / "LICENSE").write_text(text, encoding="utf-8")
    found = descriptions_of(tmp_path, ["jalan.shp"])["jalan.shp"]
    assert (found.licence, found.own) == (licence, False)
    assert found.files == (("LICENSE",) if licence else ())


def test_a_text_of_the_layer_counts_before_one_of_the_folder(tmp_path):
    (tmp_path / "README.md").write_text("MIT License\nPenerbit: Dinas A", encoding="utf-8")
    (tmp_path / "peta").mkdir()
    (tmp_path / "peta" / "jalan.lic").write_text(
        "<IP_owner>BPBD</IP_owner> <pubdate>20210315</pubdate> CC0", encoding="utf-8"
    )
    found = descriptions_of(tmp_path, ["peta/jalan.shp"])["peta/jalan.shp"]
    assert (found.licence, found.publisher, found.own) == ("CC0-1.0", "BPBD", True)
    assert found.date == datetime.date(2021, 3, 15)
    other = descriptions_of(tmp_path, ["peta/sungai.shp"])["peta/sungai.shp"]
    assert (other.licence, other.publisher, other.date) == ("MIT", "Dinas A", None)


def test_what_cannot_be_read_states_nothing(tmp_path):
    (tmp_path / "LICENSE").write_bytes(b"\x00" * 300_000)
    (tmp_path / "jalan.lic").symlink_to("/etc/passwd")
    (tmp_path / "jalan.qmd").write_bytes(b"\xff\xfe<license>LATIHAN</license>")
    found = descriptions_of(tmp_path, ["jalan.shp"])["jalan.shp"]
    assert (found.licence, found.publisher, found.date) == (None, None, None)
    assert found.invented
