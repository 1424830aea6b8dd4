"""Commands on deliveries: show, accept, reject and undo them, and look back at their changes."""

import datetime
from pathlib import Path

import click

from asset_inventory import register as registers
from asset_inventory.cli import answers
from asset_inventory.cli.answers import Answer, on_register
from asset_inventory.cli.deliver import (
    print_delivery_impact,
    print_delivery_impacts,
    print_stored_impact,
    write_review_page,
)
from asset_inventory.cli.shared import MOST, as_rows
from asset_inventory.messages import long_date, say


@on_register
def review(answer: Answer, number: int | None, html: Path | None) -> int:
    """Show what waits, or one delivery in full; write its page."""
    if number is not None:
        delivery = registers.delivery(answer.register, number)
        since = registers.changed_since(answer.register, delivery)
        answers.print_answer(answer, delivery)
        risk = print_delivery_impact(answer, delivery, keep=False)
        answers.print_doubts_and_removals(answer, delivery)
        answers.print_changes(answer, delivery)
        answers.print_conflicts(answer, delivery, since)
        if delivery.state == registers.PENDING:
            answers.print_next_steps(answer, delivery)
        else:
            answers.print_decision(answer, delivery)
        if html is not None:
            write_review_page(answer, delivery, since["delivery"].astype("int64").to_dict(), html)
        if answer.as_json:
            plain = answers.as_object(delivery, since=since)
            plain |= answers.with_sentences(answer, delivery, since)
            places = answers.places(answer, delivery)
            answer.give(delivery=plain | {"risk": risk, "places": places})
        return 0
    if html is not None:
        raise click.UsageError(say("call.html_without_delivery", answer.language))
    waiting = registers.pending(answer.register)
    objects = []
    for pending in waiting if answer.as_json else waiting[:MOST]:
        answers.print_answer(answer, pending)
        objects.append(answers.as_object(pending) | {"risk": print_stored_impact(answer, pending)})
    answer.lines([], left=len(waiting) - MOST)
    answer.say("register.pending" if waiting else "register.nothing_pending", count=len(waiting))
    answer.give(deliveries=objects)
    return 0


@on_register(writes=True)
def accept(
    answer: Answer,
    number: int,
    take: str | None,
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    allow_removals: int | None,
    allow_doubts: bool,
) -> int:
    """Put a delivery into the register, its conflicts decided by number or all alike."""
    choices = None
    if ours or theirs:
        conflicts = registers.delivery(answer.register, number).conflicts
        choices = registers.chosen(conflicts, ours=ours, theirs=theirs)
    delivery = registers.accept(
        answer.register,
        number,
        take=take,
        choices=choices,
        allow_removals=allow_removals,
        allow_doubts=allow_doubts,
    )
    answers.print_answer(answer, delivery)
    answers.print_doubts_and_removals(answer, delivery)
    risk = print_delivery_impact(answer, delivery)
    answers.print_decision(answer, delivery)
    answer.give(delivery=answers.as_object(delivery) | {"risk": risk})
    return 0


@on_register(writes=True)
def reject(answer: Answer, number: int, why: str) -> int:
    """Turn a delivery down, with the reason."""
    delivery = registers.reject(answer.register, number, why)
    answers.print_decision(answer, delivery)
    answer.give(delivery=answers.as_object(delivery))
    return 0


@on_register(writes=True)
def undo(answer: Answer, number: int, author: str, note: str) -> int:
    """Make a delivery that takes an accepted one back."""
    delivery = registers.undo(answer.register, number, author, note=note)
    answers.print_answer(answer, delivery)
    answers.print_doubts_and_removals(answer, delivery)
    risk = print_delivery_impact(answer, delivery)
    answers.print_next_steps(answer, delivery)
    answer.give(delivery=answers.as_object(delivery) | {"risk": risk})
    return 0


@on_register
def history(
    answer: Answer, asset_id: str | None, since: datetime.datetime | None, every: bool
) -> int:
    """Print the newest changes, or all of them; machines get all."""
    changes = registers.history(answer.register, asset_id, since=since and since.date())
    rows = as_rows(changes)
    shown = changes if every or answer.as_json else changes.tail(MOST)
    if len(shown) < len(changes):
        answer.say("register.earlier_changes", count=len(changes) - len(shown))
    for row in rows[-len(shown) :]:
        time = datetime.datetime.fromisoformat(row["accepted_at"]).astimezone()
        answer.say(
            "register.history_line",
            number=row["delivery"],
            time=f"{long_date(f'{time:%Y-%m-%d}', answer.language)} {time:%H:%M}",
            author=row["author"] or "-",
            change=answers.format_change(answer, row, row["layer"]),
        )
    risks = print_delivery_impacts(answer, shown["delivery"].drop_duplicates().tolist())
    answer.say("register.history", count=len(rows))
    answer.give(changes=rows, risks=risks)
    return 0
