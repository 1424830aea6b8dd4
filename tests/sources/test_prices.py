"""Prices: JRC's rule by pencil, every factor named, years and money carried."""

from __future__ import annotations

import pytest

from asset_inventory.model.city import City
from asset_inventory.model.library import greatest_damage
from asset_inventory.vulnerability.prices import price_for, price_of, prices_of

INDONESIA, NETHERLANDS = 2946.66, 50_338.25  # GDP per person, USD of 2010


def city(currency: str = "EUR", price_year: int | None = 2010, **values: dict) -> City:
    return City.model_validate(
        {
            "name": "Town",
            "crs": "EPSG:32749",
            "currency": currency,
            "price_year": price_year,
            "values": values,
            "assets": [
                {
                    "name": "a",
                    "path": "a.gpkg",
                    "asset_type": "house",
                    "source": {"title": "-", "licence": "-"},
                }
            ],
        }
    )


def jrc(sector: str = "residential", gdp: float = INDONESIA, **more: object) -> dict:
    return {"rule": "jrc", "sector": sector, "gdp_per_capita": gdp, "source": "World Bank", **more}


def stated(**more: object) -> dict:
    return {"per": "m2", "amount": 1000, "source": "price list", **more}


@pytest.mark.parametrize(
    ("sector", "cost"), [("residential", 522.40), ("commercial", 584.55), ("industrial", 413.12)]
)
def test_construction_costs_of_indonesia(sector, cost):
    town = city(house=jrc(sector))
    # 24.078 · 2946.66^0.3852, 33.642 · 2946.66^0.3574, 30.824 · 2946.66^0.3249
    assert price_of(town.values["house"], town).factor("construction_cost").value == pytest.approx(
        cost, abs=0.005
    )


@pytest.mark.parametrize(
    ("sector", "price"), [("residential", 561.17), ("commercial", 580.29), ("industrial", 373.97)]
)
def test_the_prices_that_kampen_declares_by_hand(sector, price):
    town = city(house=jrc(sector, NETHERLANDS, content=0))
    found = price_of(town.values["house"], town)
    assert found.amount == pytest.approx(price, abs=0.005)  # cost · 0.6 · (1 - 0.4) · 1
    assert found.content == 0 and found.content_share == 0


def test_defaults_are_named_and_content_comes_on_top():
    town = city(house=jrc())
    price = price_of(town.values["house"], town)
    # 522.4038 · 0.6 · 0.6 · 1 = 188.0654; content 0.5 of it: 94.0327; together 282.0981
    assert (price.structure, price.content, price.amount) == pytest.approx(
        (188.0654, 94.0327, 282.0981), abs=1e-3
    )
    assert price.content_share == pytest.approx(1 / 3)
    sources = {one.name: one.source for one in price.factors}
    assert sources == {
        "gdp_per_capita": "",
        "a": "JRC",
        "b": "JRC",
        "construction_cost": "JRC",
        "structure_cost": "JRC",
        "depreciated": "HydroMT-FIAT",
        "undamageable": "HydroMT-FIAT",
        "material": "HydroMT-FIAT",
        "content": "JRC",
    }
    assert (price.rule, price.per, price.stated_year, price.price_year) == ("jrc", "m2", 2010, 2010)


@pytest.mark.parametrize(
    ("sector", "content"), [("residential", 0.5), ("commercial", 1), ("industrial", 1.5)]
)
def test_the_depreciated_chain_and_the_content_of_each_sector(sector, content):
    # cost · depreciated 0.6 · (1 - undamageable 0.4) · material 1, and content on top: 0.5, 1 and
    # 1.5 times that
    town = city(house=jrc(sector))
    price = price_of(town.values["house"], town)
    structure = price.factor("construction_cost").value * 0.6 * (1 - 0.4) * 1
    assert price.structure == pytest.approx(structure), f"{structure:.4f} = cost · 0.6 · 0.6"
    assert price.content == pytest.approx(content * structure)
    assert price.amount == pytest.approx((1 + content) * structure)


def test_walls_of_mud_lose_less_and_wood_all_of_it():
    # mud: undamageable 0.33, material 0.2; wood: undamageable 0, material 1
    mud = city(house=jrc(undamageable=0.33, material=0.2, content=0))
    wood = city(house=jrc(undamageable=0, content=0))
    cost = 24.078 * INDONESIA**0.3852
    assert price_of(mud.values["house"], mud).amount == pytest.approx(cost * 0.6 * 0.67 * 0.2)
    assert price_of(wood.values["house"], wood).amount == pytest.approx(cost * 0.6)


def test_declared_factors_stand_and_money_and_years_change_what_comes_out():
    rule = jrc(
        depreciated=0.5,
        undamageable=0,
        material=0.2,
        content=1,
        exchange_rate=12_000,
        inflation=1.5,
        times="levels",
    )
    town = city("IDR", 2020, house=rule)
    price = price_of(town.values["house"], town)
    # 522.4038 · 0.5 · 1 · 0.2 = 52.24038 EUR; · 12 000 · 1.5 = 940 326.9 IDR, and as much for
    # content
    assert (
        price.structure == pytest.approx(940_326.9, rel=1e-6) and price.content == price.structure
    )
    assert price.factor("construction_cost").value == pytest.approx(
        522.4038, abs=1e-4
    )  # of 2010, whatever the money
    assert {one.source for one in price.factors if one.source != "JRC"} == {""}
    assert (price.rule, price.stated_year, price.price_year) == ("jrc x levels", 2010, 2020)


def test_sectors_defaults_and_their_source_ship():
    shipped = greatest_damage()
    assert {name: one.content.value for name, one in shipped.sectors.items()} == {
        "residential": 0.5,
        "commercial": 1,
        "industrial": 1.5,
    }
    assert {name: one.value for name, one in shipped.defaults.items()} == {
        "depreciated": 0.6,
        "undamageable": 0.4,
        "material": 1,
    }
    assert (shipped.currency, shipped.price_year, shipped.licence) == ("EUR", 2010, "CC-BY-4.0")
    assert "Huizinga" in shipped.citation and shipped.doi == "10.2760/16510"


@pytest.mark.parametrize(
    ("more", "structure", "content", "years"),
    [
        ({}, 1000, 0, (None, 2024)),
        ({"price_year": 2024}, 1000, 0, (2024, 2024)),
        ({"price_year": 2020}, 1000, 0, (2020, 2020)),  # as it stands: `priced` says so
        ({"price_year": 2020, "inflation": 1.25}, 1250, 0, (2020, 2024)),
        ({"price_year": 2020, "inflation": 1.25, "content": 0.5}, 1250, 625, (2020, 2024)),
    ],
)
def test_a_stated_price_its_content_and_its_year(more, structure, content, years):
    town = city(price_year=2024, house=stated(**more))
    price = price_of(town.values["house"], town)
    assert (price.structure, price.content, price.amount) == (
        structure,
        content,
        structure + content,
    )
    assert (price.stated_year, price.price_year) == years


def test_the_price_of_a_type_wins_over_that_of_all_others():
    prices = prices_of(
        city(**{"house": stated(), "*": stated(amount=7, per="piece", times="levels")})
    )
    assert price_for(prices, "house").amount == 1000 and price_for({}, "house") is None
    assert (price_for(prices, "road").amount, price_for(prices, "road").rule) == (
        7,
        "piece x levels",
    )
