"""What no single field of a price in `city.toml` can tell: sectors, years and money that do not meet."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from asset_inventory.library import greatest_damage
from asset_inventory.sources.city.document import Fault


def price_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of the prices, and of curves for content that no price has; what is of no form is skipped."""
    given = document.get("values")
    values = {name: rule for name, rule in given.items() if isinstance(rule, Mapping)} if _is_table(given) else {}
    for name, rule in values.items():
        where = f"values, {name}"
        stated = rule.get("price_year")
        if "rule" in rule:
            stated = greatest_damage().price_year
            yield from _of_jrc(where, rule, document.get("currency"))
        yield from _inflation(where, rule.get("inflation"), stated, document.get("price_year"))
    with_content = {name for name, rule in values.items() if "rule" in rule or rule.get("content")}
    curves = document.get("curves")
    for number, curve in enumerate(curves if isinstance(curves, list) else ()):
        if _is_table(curve) and curve.get("part") == "content" and curve.get("damage", "fraction") == "fraction":
            yield from _content(f"curves[{number}]", curve.get("asset_types"), values, with_content)


def _of_jrc(where: str, rule: Mapping[str, Any], currency: Any) -> Iterator[Fault]:
    shipped, sector = greatest_damage(), rule.get("sector")
    if isinstance(sector, str) and sector not in shipped.sectors:
        near = difflib.get_close_matches(sector, shipped.sectors, n=1)
        key = "fault.no_such_sector_near" if near else "fault.no_such_sector"
        known = {"near": near[0]} if near else {"sectors": ", ".join(shipped.sectors)}
        yield f"{where}, sector", key, {"given": sector, **known}
    if isinstance(currency, str) and currency != shipped.currency and "exchange_rate" not in rule:
        yield where, "fault.exchange_rate_missing", {
            "currency": currency, "base": shipped.currency, "year": str(shipped.price_year)}


def _inflation(where: str, inflation: Any, stated: Any, wanted: Any) -> Iterator[Fault]:
    """Yield a fault where there is inflation and not from one year to another."""
    if inflation is None:
        return
    if stated is None or wanted is None:
        yield f"{where}, inflation", "fault.inflation_without_years", {}
    elif stated == wanted and inflation != 1:
        yield f"{where}, inflation", "fault.inflation_within_year", {"year": str(stated)}


def _content(
    where: str, asset_types: Any, values: Mapping[str, Mapping[str, Any]], with_content: set[str]
) -> Iterator[Fault]:
    """Yield a fault for each type with a curve for its content and no price that has one."""
    kinds = [asset_types] if isinstance(asset_types, str) else asset_types
    for kind in kinds if isinstance(kinds, list) else ():
        served = bool(with_content) if kind == "*" else (kind if kind in values else "*") in with_content
        if isinstance(kind, str) and not served:
            yield where, "fault.content_without_price", {"given": kind}


def _is_table(given: Any) -> bool:
    return isinstance(given, Mapping)
