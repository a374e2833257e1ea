"""The arguments by which a metric is asked, and the question they make."""

import argparse
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.commands.usage import BadUsage, day_or_moment, whole_number

if TYPE_CHECKING:
    from projections.metrics.question import Question, Tree

GRAINS = ("hour", "day", "week", "month", "quarter", "year", "total")

TREES: "dict[str, Tree]" = {"period-end": "period_end", "today": "today"}


def add_question(parser: argparse.ArgumentParser) -> None:
    """What `metric` and `explain` have in common."""
    parser.add_argument("name", metavar="NAME", help="the metric, for instance service_level")
    parser.add_argument(
        "--from", dest="start", required=True, type=day_or_moment, metavar="D", help="first day"
    )
    parser.add_argument(
        "--to", dest="end", required=True, type=day_or_moment, metavar="D", help="day after the last"
    )
    parser.add_argument(
        "--grain", choices=GRAINS, default="total", help="how to cut the time (default total)"
    )
    _add_groups(parser)
    _add_clocks(parser)


def _add_groups(parser: argparse.ArgumentParser) -> None:
    """By what numbers are cut and narrowed, in which zone, and under which definition."""
    parser.add_argument(
        "--by", action="append", default=[], metavar="DIM", help="cut by a dimension; repeatable"
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="DIM=VALUE",
        help="keep one value; repeatable, nothing is null",
    )
    parser.add_argument(
        "--zone", metavar="ZONE", help="the zone of days and hours (default: the organisation's)"
    )
    parser.add_argument(
        "--day-start",
        type=time_of_day,
        default=timedelta(0),
        metavar="HH:MM",
        help="when a day begins (default 00:00)",
    )
    parser.add_argument(
        "--tree",
        choices=tuple(TREES),
        default="period-end",
        help="which unit tree unit.KIND and unit.under follow (default: that of each period's end)",
    )
    parser.add_argument("--definition", metavar="ID", help="which definition (default: the metric's first)")


def _add_clocks(parser: argparse.ArgumentParser) -> None:
    """As of when a number is asked, on two clocks and by position."""
    parser.add_argument("--as-of", type=day_or_moment, metavar="T", help="only what had happened before T")
    parser.add_argument(
        "--known-at", type=day_or_moment, metavar="T", help="only what was on record before T"
    )
    parser.add_argument("--position", type=whole_number, metavar="P", help="only the log up to P")


def question_of(arguments: argparse.Namespace, *, zone: str) -> "Question":
    """The question; a day given for a moment is its midnight in the organisation's zone."""
    from projections.metrics.question import Question

    return Question(
        metric=arguments.name,
        definition=arguments.definition,
        start=arguments.start,
        end=arguments.end,
        grain=arguments.grain,
        by=tuple(name for given in arguments.by for name in given.split(",")),
        where=where_of(arguments.where),
        as_of=moment_in(arguments.as_of, zone=zone),
        known_at=moment_in(arguments.known_at, zone=zone),
        position=arguments.position,
        zone=arguments.zone,
        day_start=arguments.day_start,
        tree=TREES[arguments.tree],
    )


def time_of_day(text: str) -> timedelta:
    """`06:30` after midnight."""
    try:
        at = time.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time of day; write 06:30") from error
    return timedelta(hours=at.hour, minutes=at.minute)


def moment_in(given: date | datetime | None, *, zone: str) -> datetime | None:
    """A moment without a zone, or a day, is meant in the organisation's."""
    if given is None:
        return None
    if not isinstance(given, datetime):
        given = datetime.combine(given, time())
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))


def where_of(given: list[str]) -> dict[str, tuple[str | None, ...]]:
    """The values kept of each dimension; nothing is null."""
    kept: dict[str, tuple[str | None, ...]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise BadUsage(f"--where {text!r} must be DIM=VALUE, for instance queue=vip.")
        kept[name] = (*kept.get(name, ()), value or None)
    return kept
