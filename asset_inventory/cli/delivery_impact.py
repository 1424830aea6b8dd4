"""What a delivery does to the city's risk: in one line, and on the page that is signed."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from asset_inventory import register as registers
from asset_inventory.assessment import delivery_impact as impacts
from asset_inventory.assessment.read import COUNTS, FOUND
from asset_inventory.cli.answers import Answer
from asset_inventory.cli.console import as_rows
from asset_inventory.inventory.districts import read_districts
from asset_inventory.messages import say
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.model.tables import findings
from asset_inventory.outputs.report.review_tables import risk_lines
from asset_inventory.register.deliveries import PENDING, Delivery


def print_delivery_impact(
    answer: Answer, made: Delivery, *, keep: bool = True
) -> dict[str, object] | None:
    """Print a delivery's impact on risk, computed and kept unless it is known; return it.

    Where it is only looked at nothing is kept.
    """
    return _impact_lines(answer, impacts.computed_impact(answer.register, made, keep=keep), made)


def follow(answer: Answer, made: Delivery) -> None:
    """Keep what a delivery that was told of and then accepted makes of the city's risk."""
    impacts.computed_impact(answer.register, made)


def print_stored_impact(answer: Answer, made: Delivery) -> dict[str, object] | None:
    """Say what is kept of a delivery's risk, and return it."""
    return _impact_lines(answer, impacts.stored_impact(answer.register, made))


def print_delivery_impacts(answer: Answer, numbers: Iterable[int]) -> list[dict[str, object]]:
    """Say what was kept of the risk of accepted deliveries, and return it."""
    found = []
    for number in numbers:
        plain = registers.risk(answer.register, number)
        risk = None if plain is None else impacts.impact_from_json(plain)
        if risk is not None:
            lines = risk_lines(risk, answer.register.city, answer.language)
            for line in lines:
                answer.line(say("risk.of_delivery", answer.language, number=str(number), line=line))
            found.append({"delivery": number, "risk": _object(risk, lines)})
    return found


def would_be_found(answer: Answer, made: Delivery) -> list[dict[str, object]]:
    """Return FINDINGS that a pending delivery leaves in its layer; none where not available."""
    if made.state != PENDING:
        return []
    try:
        found = impacts.would_find(answer.register, made)
    except AssetInventoryError:  # of which the risk tells
        return []
    return as_rows(found)


def write_page(answer: Answer, made: Delivery, since: Mapping[str, int], page: Path) -> None:
    """Write the page that is signed: the changes on a map and by cell, and their impact.

    `since` has the delivery that last changed each conflict, by its number.
    """
    from asset_inventory.outputs.report import review  # draws maps, which no other command does

    city = answer.register.city
    before, after = registers.both_sides(answer.register, made.id)
    makers = {
        delivery.id: (delivery.author, delivery.delivered_at[:10])
        for delivery in registers.deliveries(answer.register)
    }
    handed = review.HandedIn(
        made.layer,
        made.file_name,
        made.author,
        made.delivered_at,
        made.note,
        made.id,
        made.base_version,
        made.sha256,
        {
            name: made.report[COUNTS][name]
            for name in review.COUNTS
            if name in made.report.get(COUNTS, {})
        },
    )
    risk = impacts.computed_impact(answer.register, made, keep=False)
    if risk is None and made.state != registers.REJECTED:
        risk = impacts.recomputed_impact(answer.register, made)
    risk = risk or impacts.DeliveryImpact(None)
    tables = made.changes, made.doubts, made.conflicts, made.undone
    rows = [*made.report.get(FOUND, ()), *would_be_found(answer, made)]
    page_content = review.Review(
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
        computed=risk.day,
        report=made.report,
        districts=read_districts(city)[0],
        since=since,
    )
    review.write_review(page_content, page, language=answer.language)
    answer.say("register.page", path=str(page))


def _impact_lines(
    answer: Answer, risk: impacts.DeliveryImpact | None, first: Delivery | None = None
) -> dict[str, object] | None:
    if risk is None:
        if first is not None and first.version is None:
            answer.say("risk.first", layer=first.layer)
        return None
    lines = risk_lines(risk, answer.register.city, answer.language)
    for line in lines:
        answer.line(line)
    return _object(risk, lines) if answer.as_json else None


def _object(risk: impacts.DeliveryImpact, lines: list[str]) -> dict[str, object]:
    return impacts.impact_as_json(risk) | {"message": " ".join(lines)}
