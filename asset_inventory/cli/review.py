"""What the register's commands do with what waits: show it, accept it, reject it, take it back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click

from asset_inventory.cli.console import (
    MOST,
    Answer,
    as_object,
    print_answer,
    print_changes,
    print_conflicts,
    print_decision,
    print_doubts_and_removals,
    print_next_steps,
)
from asset_inventory.cli.delivery_impact import (
    print_delivery_impact,
    print_stored_impact,
    write_page,
)
from asset_inventory.messages import say

_NUMBER = re.compile(r"\d+(\.\d+)?")


def review(answer: Answer, number: int | None, html: Path | None) -> int:
    """Show what waits, or one delivery in full; write its page."""
    from asset_inventory import register as registers

    if number is not None:
        made = registers.delivery(answer.register, number)
        since = registers.changed_since(answer.register, made)
        print_answer(answer, made)
        risk = print_delivery_impact(answer, made, keep=False)
        print_doubts_and_removals(answer, made)
        print_changes(answer, made)
        print_conflicts(answer, made, since)
        print_next_steps(answer, made) if made.state == registers.PENDING else print_decision(
            answer, made
        )
        if html is not None:
            write_page(answer, made, since["delivery"].astype("int64").to_dict(), html)
        answer.give(delivery=as_object(made, since=since) | {"risk": risk})
        return 0
    if html is not None:
        raise click.UsageError(say("call.html_without_delivery", answer.language))
    waiting = registers.pending(answer.register)
    told = []
    for one in waiting if answer.as_json else waiting[:MOST]:
        print_answer(answer, one)
        told.append(as_object(one) | {"risk": print_stored_impact(answer, one)})
    answer.lines([], left=len(waiting) - MOST)
    answer.say("register.pending" if waiting else "register.nothing_pending", count=len(waiting))
    answer.give(deliveries=told)
    return 0


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
    from asset_inventory import register as registers

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
    print_answer(answer, made)
    print_doubts_and_removals(answer, made)
    risk = print_delivery_impact(answer, made)
    print_decision(answer, made)
    answer.give(delivery=as_object(made) | {"risk": risk})
    return 0


def numbers_in(
    language: str,
) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[str, ...]]:
    """Return what reads the numbers of conflicts as people write them: 1,3 or «1 3», once or
    several times.
    """

    def read(
        context: click.Context, option: click.Parameter, given: tuple[str, ...]
    ) -> tuple[str, ...]:
        numbers = [one for text in given for one in re.split(r"[\s,;]+", text) if one]
        for one in numbers:
            if not _NUMBER.fullmatch(one):
                fault = say("call.no_number_of_a_conflict", language, given=one)
                raise click.BadParameter(fault, ctx=context, param=option)
        return tuple(dict.fromkeys(numbers))

    return read


def reject(answer: Answer, number: int, why: str) -> int:
    """Turn a delivery down, with the reason."""
    from asset_inventory import register as registers

    made = registers.reject(answer.register, number, why)
    print_decision(answer, made)
    answer.give(delivery=as_object(made))
    return 0


def undo(answer: Answer, number: int, author: str, note: str) -> int:
    """Make a delivery that takes an accepted one back."""
    from asset_inventory import register as registers

    made = registers.undo(answer.register, number, author, note=note)
    print_answer(answer, made)
    print_doubts_and_removals(answer, made)
    risk = print_delivery_impact(answer, made)
    print_next_steps(answer, made)
    answer.give(delivery=as_object(made) | {"risk": risk})
    return 0
