"""One place under two similar names: found where it may be one asset, counted once or kept where
the city says so.
"""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.read import counted_once, read_assets
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import public_rules
from asset_inventory.inventory.assets import near_pairs
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from tests.support.paths import DATA
from tests.support.town import X, Y

CRS = "EPSG:32749"


def assets(*rows: tuple) -> gpd.GeoDataFrame:
    """ASSETS of names, places (east of the origin, or a shape), types and layers, as far as
    pairs ask.
    """
    made = [(*row, *("school", "one")[len(row) - 2 :]) for row in rows]
    table = pd.DataFrame(made, columns=["name", "geometry", "asset_type", "layer"])
    table["geometry"] = [
        shapely.Point(one, 0) if isinstance(one, int) else one for one in table["geometry"]
    ]
    table["asset_id"] = [f"{layer}:{place}" for place, layer in enumerate(table["layer"])]
    table = table.assign(usable=True).astype(
        {"asset_type": "category", "layer": "category", "name": "str"}
    )
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


@pytest.mark.parametrize(
    ("name", "other", "at", "found"),
    [
        # the city's own name counts for nothing
        ("RSI Sultan Agung", "RSI Sultan Agung Semarang", 34, True),
        ("RSI Sultan Agung", "RSI Sultan Agung", 99, True),
        ("RSI Sultan Agung", "RSI Sultan Agung", 101, False),
        ("Puskemas Karangayu", "Puskesmas Karangayu", 30, True),  # a letter that is missing
        ("SMA Kolese Loyola", "sma kolése  loyola", 30, True),
        ("SDN Krobokan 01", "SDN Krobokan 02", 5, False),
        ("SDN Krobokan 01", "SDN Krobokan 1", 5, True),
        ("SDN Krobokan", "SDN Krobokan 02", 5, False),
        ("SMP Kesatrian I", "SMP Kesatrian II", 5, False),
        ("Gedung A Undip", "Gedung B Undip", 5, False),
        ("SD Pangudi Luhur", "SD Marsudirini", 5, False),
        (None, None, 0, False),
        ("Kota Semarang", "Semarang", 0, False),  # nothing is left of either
        ("123", "123", 5, False),
    ],
)
def test_names_that_are_of_one_place(name, other, at, found):
    assert len(near_pairs(assets((name, 0), (other, at)), "Kota Semarang")) == found


def test_other_types_lines_and_parts_of_one_place_are_no_pairs():
    def square(at: float) -> shapely.Polygon:
        return shapely.box(at, 0, at + 20, 20)

    one = "SMA Loyola"
    assert not len(near_pairs(assets((one, 0), (one, 10, "office")), ""))
    roads = [(one, shapely.LineString([(at, 0), (at + 50, 0)])) for at in (0, 50)]
    assert not len(near_pairs(assets(*roads), ""))
    assert not len(near_pairs(assets((one, square(0)), (one, square(20)), (one, square(60))), ""))
    assert len(near_pairs(assets((one, square(0)), (one, square(10))), "")) == 1
    pairs = near_pairs(assets((one, square(0)), (one, 120, "school", "two")), "")
    assert pairs.to_numpy().tolist() == [[0, 1, 100]]  # from the edge at 20 m to the point at 120 m
    # what stands in two layers by name is another finding
    assert not len(near_pairs(assets((one, 0), (one, 20, "school", "two")), ""))
    assert len(near_pairs(assets((one, 0), (one, 20)), "")) == 1


def test_a_word_that_many_names_have_makes_no_pair():
    """«Puskesmas» within each of twenty names says nothing, however near they lie."""
    rows = [
        ("Puskesmas", 0),
        *(
            (f"Puskesmas {word}", 10 * place)
            for place, word in enumerate(
                [
                    "Krobokan",
                    "Manyaran",
                    "Poncol",
                    "Genuk",
                    "Miroto",
                    "Kagok",
                    "Mijen",
                    "Halmahera",
                    "Ngaliyan",
                    "Sekaran",
                ]
            )
        ),
    ]
    assert not len(near_pairs(assets(*rows), ""))


@pytest.mark.slow
def test_many_assets_take_seconds_and_the_pair_among_them_is_found():
    """Each has two words of 3,000; places are 50 m apart, a thousand in a row."""
    import time

    random = np.random.default_rng(1)
    words = np.array(["".join(one) for one in random.choice(list("bcdfgklmnprst"), (3000, 5))])
    chosen = random.integers(0, 3000, (200_000, 2))
    names = pd.Series(words[chosen[:, 0]]) + " " + words[chosen[:, 1]]
    names.iloc[[5, 6]] = ["Kolese Loyola", "SMA Kolese Loyola"]
    place = np.arange(200_000)
    table = pd.DataFrame(
        {
            "asset_id": "one:" + pd.Series(place).astype(str),
            "layer": "one",
            "name": names,
            "asset_type": "school",
            "usable": True,
        }
    )
    table = table.astype({"asset_type": "category", "layer": "category", "name": "str"})
    made = gpd.GeoDataFrame(
        table, geometry=shapely.points(50.0 * (place % 1000), 50.0 * (place // 1000)), crs=CRS
    )
    start = time.process_time()
    pairs = near_pairs(made, "Semarang")
    assert time.process_time() - start < 20
    assert [5, 6] in pairs[["first", "second"]].to_numpy().tolist() and len(pairs) < 10_000


# The demo, whose duplicates are declared, and cities in which there are none


def test_only_the_two_hospitals_of_the_demo_are_pairs_and_no_school_is():
    city = read_city(DATA / "semarang")
    read = read_assets(city, layer_states={}).assets
    pairs = near_pairs(read, city.name)
    ids = read["asset_id"].to_numpy()
    assert sorted(sorted(one) for one in ids[pairs[["first", "second"]]].tolist()) == [
        ["health:10968096911", "health:576146819"],
        ["health:587381948", "health:9789343284"],
    ]
    counted = counted_once(read_assets(city, layer_states={}), city)
    assert counted.counts["health"] == {
        "read": 102,
        "not_selected": 0,
        "assets": 98,
        "unusable": 0,
        "counted_as_another": 2,
        "counted_in_another_layer": 2,
    }
    assert not len(near_pairs(counted.assets, city.name))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["canflood-bc", "kampen"])
def test_cities_without_duplicates_have_no_pair(name):
    city = read_city(DATA / name)
    assert not len(near_pairs(read_assets(city, layer_states={}).assets, city.name))


# What a city declares. House A (15 a year) has a second entry, as a point in the layer of buildings
# or of its own.


def with_second_entry(town, declared: str = "") -> str:
    buildings = gpd.read_file(town / "buildings.gpkg")
    second = gpd.GeoDataFrame(
        {"ID": ["A2"], "NAME": ["House A Tiny"], "KIND": ["house"], "VALUE": [1000.0]},
        geometry=[shapely.Point(X + 20, Y + 45)],
        crs=buildings.crs,
    )
    both = pd.concat(
        [
            buildings.assign(NAME=["Rumah Melati", "Clinic B", None, "Depot E"]),
            second.assign(NAME=["Rumah Melati Town"]),
        ],
        ignore_index=True,
    )
    both.to_file(town / "buildings.gpkg")
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(f"{declared}\n{text}", encoding="utf-8")
    return town


def near(found: pd.DataFrame) -> list[dict]:
    return found[found["code"].str.startswith("near_duplicates")].to_dict("records")


@pytest.mark.slow
def test_a_pair_is_a_finding_with_the_share_that_depends_on_it_and_the_line_to_paste(town, ask):
    """The point lies where the water is 0.5, 1 and 2 m deep: twice what half of A in that water
    loses, 30 a year.

    The smaller, A's 15, is 12.5 % of the city's 15 + 30 + 45 + 30 = 120.
    """
    with_second_entry(town)
    (one,) = near(assess(read_city(town)).findings)
    assert (one["severity"], one["count"], one["arguments"]["percent"]) == ("warning", 1, 12.5)
    code, said = ask("check", town)
    told = (
        "Tiny Town: 1 pair of assets may be one asset counted twice (Rumah Melati (buildings:A), Rumah Melati "
        "Town (buildings:A2), 0 m); 12.5% of EAD depends on it."
    )
    assert told in " ".join(said.split())
    line = one["arguments"]["line"]
    assert line == (
        'duplicates = { in_two_layers = "report", count_once = [["buildings:A", "buildings:A2"]], '
        "keep = [] }"
    )
    assert "put this line into city.toml above the first [table]" in " ".join(said.split())
    said = " ".join(ask("check", town, language="id")[1].split())
    assert (
        "mungkin merupakan satu aset yang dihitung dua kali" in said
        and "di atas [tabel] pertama" in said
    )


@pytest.mark.slow
def test_a_pair_is_counted_once_as_the_line_says(town):
    with_second_entry(town)
    before = assess(read_city(town))
    (one,) = near(before.findings)
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(one["arguments"]["line"] + "\n" + text, encoding="utf-8")
    after = assess(read_city(town))
    assert not near(after.findings) and not near(check_city(read_city(town, files=False)).findings)
    assert before.joint_ead["ead"].sum() == pytest.approx(120) and after.joint_ead[
        "ead"
    ].sum() == pytest.approx(90)
    assert "buildings:A2" not in after.assets["asset_id"].tolist()
    counts = after.provenance["layers"]["buildings"]
    assert (counts["read"], counts["assets"], counts["counted_as_another"]) == (5, 4, 1)
    assert (
        json.dumps(after.provenance["rules"]["duplicates"]["count_once"])
        == '[["buildings:A", "buildings:A2"]]'
    )


def test_a_pair_that_is_kept_is_two_assets_and_no_finding(town):
    with_second_entry(town, 'duplicates = { keep = [["buildings:A2", "buildings:A"]] }')
    made = assess(read_city(town))
    assert not near(made.findings) and made.joint_ead["ead"].sum() == pytest.approx(120)


def test_a_pair_of_an_asset_that_is_not_there_leaves_out_nothing_and_is_an_error(town):
    with_second_entry(
        town,
        'duplicates = { count_once = [["buildings:Z", "buildings:A2"], ["buildings:E", '
        '"buildings:B"], ["buildings:A", "buildings:A2"]] }',
    )
    made = assess(read_city(town))
    (row,) = made.findings[made.findings["code"] == "duplicate_pair_idle"].to_dict("records")
    # Z is not there, and E has no shape
    assert (row["severity"], row["count"], row["feature"]) == (
        "error",
        2,
        "buildings:Z, buildings:A2",
    )
    assert {"buildings:A", "buildings:B"} <= set(made.assets["asset_id"])
    alone = assess(read_city(town), subset="roads").findings
    assert "duplicate_pair_idle" not in set(alone["code"])


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (
            'count_once = [["h:0", "h:0"]]',
            "duplicates, count_once[0]: h:0 is paired with itself; enter the asset_id of "
            "two assets, or delete the pair",
        ),
        (
            'keep = [["h:0", "h:1"], ["h:1", "h:1"]]',
            "duplicates, keep[1]: h:1 is paired with itself",
        ),
        (
            'count_once = [["h:0", "h:1"], ["h:1", "h:0"]]',
            (
                "duplicates, count_once[1]: the pair h:1, h:0 occurs twice; delete one, and "
                "put first the asset that"
            ),
        ),
        (
            'keep = [["h:0", "h:1"], ["h:0", "h:1"]]',
            "duplicates, keep[1]: the pair h:0, h:1 occurs twice",
        ),
        (
            'count_once = [["h:0", "h:1"]], keep = [["h:1", "h:0"]]',
            (
                "duplicates, keep[0]: h:1 and h:0 are declared as two assets here, and as "
                "one in count_once; delete the pair"
            ),
        ),
        (
            'count_once = [["h:0", "h:1"], ["h:1", "h:2"]], keep = [["h:0", "h:2"]]',
            (
                "duplicates, keep[0]: h:0 and h:2 are declared as two assets here, and as "
                "one in count_once"
            ),
        ),
    ],
)
def test_pairs_that_contradict_themselves_are_faults_of_the_city(town, declared, says):
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(f"duplicates = {{ {declared} }}\n{text}", encoding="utf-8")
    with pytest.raises(CityError) as caught:
        read_city(town)
    head, *lines = caught.value.say("en").splitlines()
    assert [line.strip()[: len(says)] for line in lines] == [says]
    assert len(caught.value.say("id").splitlines()) == 2


@pytest.mark.parametrize(
    "declared", ['[["h:1"]]', '[["a", "b", "c"]]', '[["h:1", 2]]', '["h:1"]', '[["h:1", ""]]']
)
def test_what_is_no_pair_is_said_to_need_two_asset_ids_and_nothing_else(town, declared):
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        f"duplicates = {{ count_once = {declared} }}\n{text}", encoding="utf-8"
    )
    with pytest.raises(CityError) as caught:
        read_city(town)
    (line,) = caught.value.say("en").splitlines()[1:]
    assert line.startswith("  duplicates, count_once[0]: ") and line.endswith(
        'is not a pair; enter two asset_id, such as ["schools:12", "schools:31"]'
    )
    (line,) = caught.value.say("id").splitlines()[1:]
    assert "tulis dua asset_id" in line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('"count one"', "\"count one\" is not one of 'report', 'count once'"),
        ("3", "\"3\" is not one of 'report', 'count once'"),
        ("{ keeps = [] }", "`keeps` is not a key of this table; did you mean `keep`?"),
    ],
)
def test_duplicates_of_a_wrong_form_are_one_fault(town, text, says):
    (town / "city.toml").write_text(
        f"duplicates = {text}\n" + (town / "city.toml").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    with pytest.raises(CityError) as caught:
        read_city(town)
    (line,) = caught.value.say("en").splitlines()[1:]
    assert says in line


def with_alike(town, number: int) -> None:
    """Add that many entries of one house under alike names; house A is not among them."""
    buildings = gpd.read_file(town / "buildings.gpkg")
    more = gpd.GeoDataFrame(
        {
            "ID": [f"H{place}" for place in range(number)],
            "KIND": "house",
            "VALUE": 1000.0,
            "NAME": [
                "Griya Mawar",
                "Griya Mawar Town",
                "Griya Mawar Asri",
                "Griya Mawar Asri Town",
            ][:number],
        },
        geometry=[shapely.Point(X + 20 + place, Y + 45) for place in range(number)],
        crs=buildings.crs,
    )
    pd.concat([buildings, more], ignore_index=True).to_file(town / "buildings.gpkg")


def houses_left(made) -> list[str]:
    """Return which of the entries are counted, after a look at the account of all features."""
    counts = made.provenance["layers"]["buildings"]
    assert counts["read"] == counts["assets"] + counts.get("counted_as_another", 0)
    ids = made.assets["asset_id"].astype("str")
    return sorted(ids[ids.str.startswith("buildings:H")])


@pytest.mark.slow
@pytest.mark.parametrize(("number", "pairs"), [(3, 3), (4, 6)])
def test_the_line_to_paste_for_several_entries_of_one_asset_leaves_one_and_no_error(
    town, ask, number, pairs
):
    with_alike(town, number)
    (one,) = near(assess(read_city(town)).findings)
    assert one["count"] == pairs
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(one["arguments"]["line"] + "\n" + text, encoding="utf-8")
    made = assess(read_city(town))
    assert houses_left(made) == ["buildings:H0"]
    assert made.provenance["layers"]["buildings"]["counted_as_another"] == number - 1
    assert not {"duplicate_pair_idle", "near_duplicates"} & set(made.findings["code"])
    assert "duplicate_pair" not in ask("check", town)[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pairs", "left"),
    [
        ([(0, 1), (1, 2)], 0),
        ([(1, 2), (0, 1)], 0),
        ([(0, 1), (2, 1)], 0),
        ([(2, 1), (0, 1)], 2),
        ([(1, 2), (0, 2), (0, 1)], 0),
        ([(0, 1), (1, 2), (2, 0)], 0),
        ([(3, 2), (2, 1), (1, 0)], 3),
        ([(0, 1), (2, 3), (1, 3)], 0),
    ],
)
def test_of_pairs_that_share_assets_exactly_one_counts(town, pairs, left):
    with_alike(town, 4)
    declared = json.dumps([[f"buildings:H{one}", f"buildings:H{other}"] for one, other in pairs])
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        f"duplicates = {{ count_once = {declared} }}\n{text}", encoding="utf-8"
    )
    made = assess(read_city(town))
    named = {number for pair in pairs for number in pair}
    assert houses_left(made) == [
        f"buildings:H{one}" for one in range(4) if one == left or one not in named
    ]
    assert "duplicate_pair_idle" not in set(made.findings["code"])


def test_an_asset_without_a_shape_in_the_middle_of_a_chain_leaves_one(town):
    """E has no shape: it is the same asset as A, and so is B."""
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        'duplicates = { count_once = [["buildings:A", "buildings:E"], ["buildings:E", '
        f'"buildings:B"]] }}\n{text}',
        encoding="utf-8",
    )
    made = assess(read_city(town))
    assert {"buildings:A", "buildings:B", "buildings:E"} & set(made.assets["asset_id"]) == {
        "buildings:A"
    }
    assert "duplicate_pair_idle" not in set(made.findings["code"])


def test_the_public_reads_of_pairs_of_public_layers_alone():
    rules = {
        "duplicates": {
            "in_two_layers": "report",
            "count_once": [["a:1", "a:2"], ["a:1", "b:2"]],
            "keep": [],
        },
        "assets": {"a": {}},
        "layer_order": ["a", "b"],
        "hazards": {},
        "curves": {},
        "yearly": {},
        "curve_points": {},
    }
    told = public_rules(rules, hidden={"a": ()}, hazards=(), asset_types=(), priced=False)
    assert told["duplicates"] == {
        "in_two_layers": "report",
        "count_once": [["a:1", "a:2"]],
        "keep": [],
    }
