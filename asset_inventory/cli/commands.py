"""Every command, declared once: what it takes, and the function of `cli` that runs it.

What runs is imported when it runs, so that help answers at once.
"""

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from asset_inventory.messages import LANGUAGES, say

AUDIENCES = ("internal", "public")
BOTH = "both"  # languages of pages
PROGRESS_KEY = "asset_inventory.progress"  # in the context of a command: how it prints progress
MOST_SHOWN = 200  # lines of one kind that `check` prints; the rest is counted
# The column of ASSETS that each value of `damage --by` means.
BY = {"type": "asset_type", "district": "district", "owner": "owner"}
# The words of DECISIONS; its module would be imported for every help page.
CHOICES = ("chosen", "not chosen", "withdrawn")
# fmt: off
PARTS = ("statements", "pressures", "votes", "influences", "indicators", "districts", "priorities", "focus-areas",
         "floods", "vulnerability", "products", "burdens", "people", "actions", "gaps", "decisions", "findings")
# fmt: on
_NUMBER_OF_CONFLICT = re.compile(r"\d+(\.\d+)?")

Parameter = Callable[[str], click.Parameter]  # worded in a language


@dataclass(frozen=True)
class Command:
    """One command: the key of its help, `module:function` that runs it, and what it takes.

    One that `reads` files of a city starts what reads them before anything is imported.
    """

    key: str
    run: str
    takes: tuple[Parameter, ...] = ()
    reads: bool = False

    @property
    def name(self) -> str:
        """Return the word that is typed."""
        return self.key.split(".")[1]


def argument(name: str, **more: Any) -> Parameter:
    """Return an argument."""
    return lambda _: click.Argument([name], **more)


def option(key: str, *names: str, most: int | None = None, **more: Any) -> Parameter:
    """Return an option; `key` is that of its help, which `most` fills."""
    filled = {} if most is None else {"most": most}
    return lambda language: click.Option(names, help=say(key, language, **filled), **more)


def path(key: str, *names: str, **more: Any) -> Parameter:
    """Return an option that takes a path."""
    return option(key, *names, type=click.Path(path_type=Path), **more)


def flag(key: str, *names: str) -> Parameter:
    """Return an option without a value."""
    return option(key, *names, is_flag=True)


def day(key: str, name: str) -> Parameter:
    """Return an option that takes a day up to today."""

    def read(
        context: click.Context, parameter: click.Parameter, day: datetime.datetime | None
    ) -> datetime.datetime | None:
        if day is not None and day.date() > datetime.date.today():
            language = context.find_root().obj
            fault = say("call.day_to_come", language, day=day.date())
            raise click.BadParameter(fault, ctx=context, param=parameter)
        return day

    day_type = click.DateTime(["%Y-%m-%d"])
    return option(key, name, type=day_type, metavar="YYYY-MM-DD", callback=read)


def conflicts(key: str, name: str) -> Parameter:
    """Return an option that takes numbers of conflicts: 1,3 or «1 3», once or several times."""

    def read(
        context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]
    ) -> tuple[str, ...]:
        numbers = [part for text in texts for part in re.split(r"[\s,;]+", text) if part]
        for number in numbers:
            if not _NUMBER_OF_CONFLICT.fullmatch(number):
                fault = say("call.no_number_of_a_conflict", context.find_root().obj, given=number)
                raise click.BadParameter(fault, ctx=context, param=parameter)
        return tuple(dict.fromkeys(numbers))

    return option(key, name, metavar="1,3", multiple=True, callback=read)


def _keep_progress(context: click.Context, _: click.Parameter, kind: str) -> str:
    context.meta[PROGRESS_KEY] = kind
    return kind


CITY = argument("folder", metavar="CITY", type=click.Path(path_type=Path))
ANY_CITY = argument("folder", metavar="[CITY]", type=click.Path(path_type=Path), required=False)
FILE = argument("file", type=click.Path(path_type=Path))
NUMBER = argument("number", metavar="ID", type=int)
JSON = flag("option.json", "--json", "as_json")
REGISTER_JSON = flag("option.register_json", "--json", "as_json")
PROGRESS = option(
    "option.progress",
    "--progress",
    type=click.Choice(("auto", "json")),
    default="auto",
    callback=_keep_progress,
    expose_value=False,
)
ONLY = option("option.only", "--only", metavar="LAYER|HAZARD")
AUTHOR = option("option.author", "--author", default="")
NOTE = option("option.note", "--note", default="")
ALLOW_DOUBTS = flag("option.allow_doubts", "--allow-doubts")
PER = option("option.per", "--per", type=click.Choice(("district", "owner")), multiple=True)
PDF = flag("option.pdf", "--pdf")
PAGES = option(
    "option.report_language", "--language", "pages", type=click.Choice((*LANGUAGES, BOTH))
)


def audience(key: str = "option.audience") -> Parameter:
    """Return the option for whom something is made."""
    return option(key, "--audience", type=click.Choice(AUDIENCES), default=AUDIENCES[0])


COMMANDS = (
    Command(
        "command.accept.help",
        "review:accept",
        (
            CITY,
            NUMBER,
            option("option.take", "--take", type=click.Choice(["ours", "theirs"])),
            conflicts("option.ours", "--ours"),
            conflicts("option.theirs", "--theirs"),
            option("option.allow_removals", "--allow-removals", metavar="N", type=int),
            ALLOW_DOUBTS,
            REGISTER_JSON,
            PROGRESS,
        ),
    ),
    Command(
        "command.assess.help",
        "assess:assess",
        (
            CITY,
            ONLY,
            path("option.map", "--map", "map_path"),
            path("option.results", "--results"),
            flag("option.xlsx", "--xlsx"),
            audience(),
            flag("option.verbose", "--verbose"),
            JSON,
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.ballot.help",
        "report:ballot",
        (CITY, path("option.ballot_to", "--to", "target")),
        reads=True,
    ),
    Command(
        "command.check.help",
        "check:check",
        (
            CITY,
            option("option.all_findings", "--all", "every", is_flag=True, most=MOST_SHOWN),
            flag("option.fix", "--fix"),
            flag("option.yes", "--yes"),
            JSON,
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.context.help",
        "context:context",
        (
            CITY,
            path("option.context_from", "--from", "extract", metavar="FILE", required=True),
            day("option.context_date", "--date"),
        ),
        reads=True,
    ),
    Command(
        "command.curves.help",
        "curves:curves",
        (
            ANY_CITY,
            option("option.curve_hazard", "--hazard", metavar="HAZARD"),
            option("option.curve_class", "--class", "asset_class", metavar="CLASS"),
            path("option.curve_plot", "--plot", metavar="FILE"),
            JSON,
        ),
    ),
    Command(
        "command.damage.help",
        "damage:damage",
        (
            CITY,
            option("option.damage_by", "--by", type=click.Choice(tuple(BY))),
            audience(),
            JSON,
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.decide.help",
        "decide:decide",
        (
            CITY,
            argument("district", metavar="[DISTRICT]", required=False),
            option("option.focus_area", "--focus-area", metavar="NAME"),
            option("option.choice", "--choice", type=click.Choice(CHOICES)),
            option("option.group", "--group", default=""),
            option("option.reason", "--reason", default=""),
            day("option.decided_on", "--day"),
            REGISTER_JSON,
        ),
    ),
    Command(
        "command.deliver.help",
        "deliver:deliver",
        (
            CITY,
            FILE,
            option("option.layer", "--layer", metavar="NAME"),
            AUTHOR,
            NOTE,
            flag("option.accept", "--accept"),
            ALLOW_DOUBTS,
            REGISTER_JSON,
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.demo.help",
        "start:demo",
        (path("option.to", "--to", "folder", default=Path("demo"), show_default=True),),
    ),
    Command("command.doctor.help", "start:doctor"),
    Command(
        "command.exchange.help",
        "exchange:exchange",
        (
            CITY,
            flag("option.qgis", "--qgis"),
            flag("option.rdls", "--rdls"),
            flag("option.stac", "--stac"),
            path("option.exchange_to", "--to", "target"),
            audience("option.exchange_audience"),
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.explain.help", "check:explain", (CITY, argument("asset_id"), JSON), reads=True
    ),
    Command(
        "command.export.help",
        "register:export",
        (
            CITY,
            option("option.export_layer", "--layer", metavar="NAME", required=True),
            path("option.export_to", "--to", required=True),
            day("option.on", "--on"),
            option("option.with_ids", "--with-ids/--without-ids", default=None),
            flag("option.replace", "--replace"),
            REGISTER_JSON,
        ),
    ),
    Command("command.fsck.help", "register:fsck", (CITY, REGISTER_JSON)),
    Command(
        "command.history.help",
        "review:history",
        (
            CITY,
            argument("asset_id", metavar="[ASSET_ID]", required=False),
            day("option.since", "--since"),
            flag("option.all_changes", "--all", "every"),
            REGISTER_JSON,
        ),
    ),
    Command(
        "command.inbox.help",
        "deliver:inbox",
        (CITY, AUTHOR, NOTE, REGISTER_JSON, PROGRESS),
        reads=True,
    ),
    Command(
        "command.map.help",
        "map:draw",
        (
            ANY_CITY,
            ONLY,
            option("option.compare", "--compare", nargs=2, metavar="A B"),
            option("option.labels", "--labels", nargs=2, metavar="A B"),
            path("option.map", "--to", "map_path"),
            audience(),
            JSON,
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.new.help",
        "start:new",
        (
            argument("folder", type=click.Path(path_type=Path)),
            path("option.new_from", "--from", "source", metavar="FOLDER"),
            flag("option.no_input", "--no-input"),
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.publish.help",
        "exchange:publish",
        (CITY, path("option.publish_to", "--to", "target"), PROGRESS),
        reads=True,
    ),
    Command(
        "command.reject.help",
        "review:reject",
        (CITY, NUMBER, option("option.why", "--why", required=True), REGISTER_JSON),
    ),
    Command(
        "command.report.help",
        "report:report",
        (
            CITY,
            PAGES,
            audience(),
            PER,
            PDF,
            path("option.report_to", "--to", "target"),
            JSON,
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.resilience.help",
        "resilience:resilience",
        (
            CITY,
            option("option.resilience_only", "--only", type=click.Choice(PARTS)),
            option("option.resilience_district", "--district"),
            path("option.resilience_map", "--map", "map_path"),
            path("option.resilience_results", "--results"),
            audience(),
            flag("option.resilience_json", "--json", "as_json"),
            PAGES,
            PER,
            PDF,
            path("option.resilience_to", "--to", "target"),
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.review.help",
        "review:review",
        (
            CITY,
            argument("number", metavar="[ID]", type=int, required=False),
            path("option.review_html", "--html"),
            REGISTER_JSON,
            PROGRESS,
        ),
    ),
    Command(
        "command.schema.help",
        "start:schema",
        (flag("option.tables", "--tables"), flag("option.findings", "--findings")),
    ),
    Command("command.start.help", "deliver:start", (CITY, REGISTER_JSON, PROGRESS), reads=True),
    Command(
        "command.undo.help", "review:undo", (CITY, NUMBER, AUTHOR, NOTE, REGISTER_JSON, PROGRESS)
    ),
    Command(
        "command.validate.help",
        "validate:validate",
        (
            FILE,
            JSON,
            option("option.crs", "--crs", metavar="EPSG:..."),
            path("option.city", "--city", "folder", metavar="CITY"),
            option("option.layer", "--layer", metavar="NAME"),
            path("option.html", "--html", "page"),
            path("option.quarantine", "--quarantine"),
            PROGRESS,
        ),
        reads=True,
    ),
    Command(
        "command.verify.help",
        "verify:verify",
        (
            argument("run", type=click.Path(path_type=Path)),
            ANY_CITY,
            flag("option.verify_json", "--json", "as_json"),
            PROGRESS,
        ),
        reads=True,
    ),
)
