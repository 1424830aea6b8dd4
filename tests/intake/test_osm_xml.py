"""OpenStreetMap as XML: read by GDAL's driver like an extract, after a look at what else the
document may hold.
"""

from __future__ import annotations

import zipfile

import pytest
import shapely

from asset_inventory.intake import ACCEPTED, REJECTED, WITH_PROBLEMS, take_in
from asset_inventory.intake.layers import Layer, read_features
from asset_inventory.model.errors import SourceError

OSM = """<?xml version='1.0' encoding='UTF-8'?>
<osm version="0.6" generator="hand">
  <bounds minlat="-7.0" minlon="110.40" maxlat="-6.98" maxlon="110.42"/>
  <node id="1" lat="-6.990" lon="110.400"><tag k="amenity" v="clinic"/><tag k="name" v="Klinik Satu"/></node>
  <node id="2" lat="-6.990" lon="110.410"/>
  <node id="3" lat="-6.991" lon="110.410"/>
  <node id="4" lat="-6.991" lon="110.400"/>
  <way id="10"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="name" v="Jalan A"/></way>
  <way id="11"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/><tag k="building" v="yes"/></way>
</osm>
"""


def codes(judged) -> list[str]:
    return [row["code"] for row in judged.all_problems]


@pytest.fixture
def osm(tmp_path):
    def write(text=OSM, name="kota.osm"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    return write


def test_its_layers_are_judged_as_those_of_an_extract(osm):
    judged = take_in(osm())
    assert (judged.status, judged.read, judged.kept, codes(judged)) == (ACCEPTED, 3, 3, [])
    assert sorted(one.name for one in judged.layers) == [
        "kota.osm: lines",
        "kota.osm: multipolygons",
        "kota.osm: points",
    ]
    assert {one.crs for one in judged.layers} == {"EPSG:4326"}


def test_a_layer_of_it_is_read_with_its_tags(osm):
    found = read_features(Layer(osm(), "clinics", "points", columns=("name", "amenity")))
    assert found.table[["name", "amenity"]].to_numpy().tolist() == [["Klinik Satu", "clinic"]]
    assert shapely.get_coordinates(found.table.geometry.to_numpy()).tolist() == [[110.4, -6.99]]
    with pytest.raises(
        SourceError, match="points, lines, multilinestrings, multipolygons, other_relations"
    ):
        read_features(Layer(osm(), "clinics"))


@pytest.mark.slow
def test_it_is_found_in_a_zip_and_under_another_ending(osm, tmp_path):
    with zipfile.ZipFile(tmp_path / "kota.zip", "w") as archive:
        archive.writestr("kota.osm", OSM)
    assert take_in(tmp_path / "kota.zip").kept == 3
    assert take_in(osm(name="kota.xml")).kept == 3


def test_new_objects_of_an_editor_have_ids_below_zero(osm):
    text = OSM.replace('id="1', 'id="-1').replace('ref="1', 'ref="-1')
    judged = take_in(osm(text))
    assert (judged.status, judged.kept) == (ACCEPTED, 3)


def test_what_is_marked_as_deleted_is_not_taken_for_standing(osm):
    judged = take_in(osm(OSM.replace('<way id="11"', "<way id=\"11\" action='delete'")))
    assert (judged.status, codes(judged)) == (REJECTED, ["osm_deleted"])


def test_a_document_cut_in_the_middle_is_not_read_in_part(osm):
    judged = take_in(osm(OSM[: OSM.index('<way id="11"')]))
    assert judged.status == REJECTED and set(codes(judged)) == {"not_readable"}


ENTITIES = '<!DOCTYPE osm [<!ENTITY k SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "before", ["", f"<!-- {' ' * 2**21} -->"], ids=["at once", "behind two megabytes"]
)
@pytest.mark.parametrize("name", ["kota.osm", "kota.kml"])
def test_a_document_that_declares_entities_is_not_read_however_late_it_does(osm, name, before):
    kml = (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>&k;</name></Placemark></kml>'
    )
    body = OSM.partition("?>")[2].replace("Klinik Satu", "&k;") if name.endswith("osm") else kml
    # what a file is its first bytes tell
    start = "<osm" if name.endswith("osm") else "<kml"
    judged = take_in(osm(f"<?xml version='1.0'?><!-- {start} -->{before}{ENTITIES}{body}", name))
    assert judged.status == REJECTED and judged.kept == 0


def test_entities_behind_two_megabytes_are_called_so(osm):
    text = f"<?xml version='1.0'?>\n<!-- <osm> {' ' * 2**21} -->{ENTITIES}{OSM.partition('?>')[2]}"
    assert codes(take_in(osm(text))) == ["xml_entities"]


def test_what_the_driver_does_not_understand_is_rejected_as_such(osm):
    assert take_in(osm("<osm version='0.6'></osm>")).status in (REJECTED, WITH_PROBLEMS)
    assert take_in(osm("<osmChange><create/></osmChange>")).status == REJECTED
