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
from asset_inventory.messages import say


@on_register
def review(answer: Answer, number: int | None, html: Path | None) -> int:
    """Show what waits, or one delivery in full; write its page."""
    if number is not None:
        made = registers.delivery(answer.register, number)
        since = registers.changed_since(answer.register, made)
        answers.print_answer(answer, made)
        risk = print_delivery_impact(answer, made, keep=False)
        answers.print_doubts_and_removals(answer, made)
        answers.print_changes(answer, made)
        answers.print_conflicts(answer, made, since)
        if made.state == registers.PENDING:
            answers.print_next_steps(answer, made)
        else:
            answers.print_decision(answer, made)
        if html is not None:
            write_review_page(answer, made, since["delivery"].astype("int64").to_dict(), html)
        answer.give(delivery=answers.as_object(made, since=since) | {"risk": risk})
        return 0
    if html is not None:
        raise click.UsageError(say("call.html_without_delivery", answer.language))
    waiting = registers.pending(answer.register)
    told = []
    for one in waiting if answer.as_json else waiting[:MOST]:
        answers.print_answer(answer, one)
        told.append(answers.as_object(one) | {"risk": print_stored_impact(answer, one)})
    answer.lines([], left=len(waiting) - MOST)
    answer.say("register.pending" if waiting else "register.nothing_pending", count=len(waiting))
    answer.give(deliveries=told)
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
    made = registers.accept(
        answer.register,
        number,
        take=take,
        choices=choices,
        allow_removals=allow_removals,
        allow_doubts=allow_doubts,
    )
    answers.print_answer(answer, made)
    answers.print_doubts_and_removals(answer, made)
    risk = print_delivery_impact(answer, made)
    answers.print_decision(answer, made)
    answer.give(delivery=answers.as_object(made) | {"risk": risk})
    return 0


@on_register(writes=True)
def reject(answer: Answer, number: int, why: str) -> int:
    """Turn a delivery down, with the reason."""
    made = registers.reject(answer.register, number, why)
    answers.print_decision(answer, made)
    answer.give(delivery=answers.as_object(made))
    return 0


@on_register(writes=True)
def undo(answer: Answer, number: int, author: str, note: str) -> int:
    """Make a delivery that takes an accepted one back."""
    made = registers.undo(answer.register, number, author, note=note)
    answers.print_answer(answer, made)
    answers.print_doubts_and_removals(answer, made)
    risk = print_delivery_impact(answer, made)
    answers.print_next_steps(answer, made)
    answer.give(delivery=answers.as_object(made) | {"risk": risk})
    return 0


@on_register
def history(
    answer: Answer, asset_id: str | None, since: datetime.datetime | None, every: bool
) -> int:
    """Tell the newest changes, or every one; machines get all."""
    told = registers.history(answer.register, asset_id, since=since and since.date())
    rows = as_rows(told)
    shown = told if every or answer.as_json else told.tail(MOST)
    if len(shown) < len(told):
        answer.say("register.earlier_changes", count=len(told) - len(shown))
    for row in rows[-len(shown) :]:
        time = datetime.datetime.fromisoformat(row["accepted_at"]).astimezone()
        answer.say(
            "register.history_line",
            number=str(row["delivery"]),
            time=f"{time:%Y-%m-%d %H:%M}",
            author=row["author"] or "-",
            change=answers.format_change(answer, row, row["layer"]),
        )
    risks = print_delivery_impacts(answer, shown["delivery"].drop_duplicates().tolist())
    answer.say("register.history", count=len(rows))
    answer.give(changes=rows, risks=risks)
    return 0
