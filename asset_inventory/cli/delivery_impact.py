"""What the register's commands say of the risk: of each delivery in one line, and on the page
that is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from asset_inventory.cli.console import Answer
from asset_inventory.messages import say
from asset_inventory.model.errors import AssetInventoryError

if TYPE_CHECKING:
    from asset_inventory.assessment.delivery_impact import DeliveryImpact
    from asset_inventory.register.deliveries import Delivery


def print_delivery_impact(
    answer: Answer, made: Delivery, *, keep: bool = True
) -> dict[str, object] | None:
    """Say what a delivery in full does to the risk, which is reckoned and kept unless it was, and
    return it.

    Where it is only looked at nothing is kept.
    """
    from asset_inventory.assessment.delivery_impact import computed_impact

    return _impact_lines(answer, computed_impact(answer.register, made, keep=keep), made)


def follow(answer: Answer, made: Delivery) -> None:
    """Keep what a delivery that was told of and then accepted makes of the city's risk."""
    from asset_inventory.assessment.delivery_impact import computed_impact

    computed_impact(answer.register, made)


def print_stored_impact(answer: Answer, made: Delivery) -> dict[str, object] | None:
    """Say what is kept of a delivery's risk, and return it."""
    from asset_inventory.assessment.delivery_impact import stored_impact

    return _impact_lines(answer, stored_impact(answer.register, made))


def print_delivery_impacts(answer: Answer, numbers: Iterable[int]) -> list[dict[str, object]]:
    """Say what was kept of the risk of accepted deliveries, and return it."""
    from asset_inventory import register as registers
    from asset_inventory.assessment.delivery_impact import impact_from_json

    found = []
    for number in numbers:
        plain = registers.risk(answer.register, number)
        risk = None if plain is None else impact_from_json(plain)
        if risk is not None:
            lines = _lines(answer, risk)
            for line in lines:
                answer.line(say("risk.of_delivery", answer.language, number=str(number), line=line))
            found.append({"delivery": number, "risk": _object(risk, lines)})
    return found


def would_be_found(answer: Answer, made: Delivery) -> list[dict[str, object]]:
    """Return rows of FINDINGS that a pending delivery leaves to be mended in its layer; none
    where nobody can tell.
    """
    from asset_inventory.assessment.delivery_impact import would_find
    from asset_inventory.register.deliveries import PENDING

    if made.state != PENDING:
        return []
    try:
        found = would_find(answer.register, made)
    except AssetInventoryError:  # of which the risk tells
        return []
    return found.astype(object).where(found.notna(), None).to_dict("records")


def write_page(answer: Answer, made: Delivery, since: Mapping[str, int], page: Path) -> None:
    """Write the page that is signed: the changes on a map and cell by cell, and what they do to the
    city's risk.

    `since` has the delivery that last changed each conflict, by its number.
    """
    from asset_inventory import register as registers
    from asset_inventory.assessment.delivery_impact import (
        DeliveryImpact,
        computed_impact,
        recomputed_impact,
    )
    from asset_inventory.assessment.read import COUNTS, FOUND
    from asset_inventory.inventory.districts import read_districts
    from asset_inventory.model.tables import findings
    from asset_inventory.outputs.report.review import COUNTS as ORDER
    from asset_inventory.outputs.report.review import HandedIn, Review, write_review

    city = answer.register.city
    before, after = registers.both_sides(answer.register, made.id)
    makers = {
        one.id: (one.author, one.delivered_at[:10]) for one in registers.deliveries(answer.register)
    }
    handed = HandedIn(
        made.layer,
        made.file_name,
        made.author,
        made.delivered_at,
        made.note,
        made.id,
        made.base_version,
        made.sha256,
        {name: made.report[COUNTS][name] for name in ORDER if name in made.report.get(COUNTS, {})},
    )
    risk = computed_impact(answer.register, made, keep=False)
    if risk is None and made.state != registers.REJECTED:
        risk = recomputed_impact(answer.register, made)
    risk = risk or DeliveryImpact(None)
    tables = made.changes, made.doubts, made.conflicts, made.undone
    rows = [*made.report.get(FOUND, ()), *would_be_found(answer, made)]
    review = Review(
        city,
        handed,
        before,
        after,
        *tables,
        makers,
        findings(rows),
        delta=risk.delta,
        city_ead=risk.city_ead,
        fault=risk.fault,
        reckoned=risk.day,
        report=made.report,
        districts=read_districts(city)[0],
        since=since,
    )
    write_review(review, page, language=answer.language)
    answer.say("register.page", path=str(page))


def _impact_lines(
    answer: Answer, risk: DeliveryImpact | None, first: Delivery | None = None
) -> dict[str, object] | None:
    if risk is None:
        if first is not None and first.version is None:
            answer.say("risk.first", layer=first.layer)
        return None
    lines = _lines(answer, risk)
    for line in lines:
        answer.line(line)
    return _object(risk, lines) if answer.as_json else None


def _lines(answer: Answer, risk: DeliveryImpact) -> list[str]:
    from asset_inventory.outputs.report.review_tables import risk_lines

    return risk_lines(risk, answer.register.city, answer.language)


def _object(risk: DeliveryImpact, lines: list[str]) -> dict[str, object]:
    from asset_inventory.assessment.delivery_impact import impact_as_json

    return impact_as_json(risk) | {"message": " ".join(lines)}
