"""`kefu view [NAME]`: the rows of a view, of a stored day or as of any moment; without a name, the views."""

import argparse
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.commands.usage import BadUsage, day, day_or_moment, whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    import polars as pl

    from projections.storage.reader import StoredFacts
    from projections.storage.shown_views import ShownView
    from projections.views.view import View

LISTED = ("view", "name_en", "name_zh", "keys", "days", "first_day", "last_day")
SHOWN_ROWS = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="the view, for instance customer_360")
    parser.add_argument("--day", type=day, metavar="DATE", help="the view as it stood at the end of that day")
    parser.add_argument("--as-of", type=day_or_moment, metavar="T", help="only what had happened before T")
    parser.add_argument(
        "--known-at", type=day_or_moment, metavar="T", help="only what was on record before T"
    )
    parser.add_argument("--position", type=whole_number, metavar="P", help="only the log up to P")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="keep rows with this value; repeatable, nothing is null",
    )
    parser.add_argument(
        "--limit", type=whole_number, default=SHOWN_ROWS, metavar="N", help="rows at most (40; 0 is all)"
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts

    view = None if arguments.name is None else named_view(arguments.name)
    _check(arguments)
    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        if view is None:
            _list(source, arguments, console)
        else:
            _show(view, _shown(source, view, arguments, console), arguments, console)
    return 0


def named_view(name: str) -> "View":
    """The view of that name; BadUsage names the nearest."""
    from difflib import get_close_matches

    from projections.views import VIEWS

    views = {view.name: view for view in VIEWS}
    if name not in views:
        near = get_close_matches(name, views, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        raise BadUsage(f"there is no view {name!r}; {meant}`kefu view` lists them all.")
    return views[name]


def _check(arguments: argparse.Namespace) -> None:
    if arguments.day and (arguments.as_of or arguments.known_at or arguments.position is not None):
        raise BadUsage(
            "--day stands for that day's end on both clocks: leave out --as-of, --known-at and --position."
        )


def _list(source: "StoredFacts", arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.commands.metric import show
    from projections.storage.view_tables import stored_days
    from projections.views import VIEWS

    rows = []
    for view in VIEWS:
        days = stored_days(source.database, view)["day"]
        rows.append(
            {
                "view": view.name,
                "name_en": view.name_en,
                "name_zh": view.name_zh,
                "keys": ", ".join(view.keys),
                "days": len(days),
                "first_day": days.min(),
                "last_day": days.max(),
            }
        )
    show(rows, arguments.format, console, columns=LISTED)


def _shown(
    source: "StoredFacts", view: "View", arguments: argparse.Namespace, console: Console
) -> "ShownView":
    from projections.metrics.periods import moment
    from projections.storage.reader import PositionNotReached
    from projections.storage.shown_views import day_of_view, view_as_of
    from projections.views.refresh import DayNotOver

    zone = ZoneInfo(source.zone)
    as_of, known_at = (
        None if at is None else moment(at, zone=zone) for at in (arguments.as_of, arguments.known_at)
    )
    try:
        if arguments.day:
            return day_of_view(source, view, arguments.day, now=console.clock())
        return view_as_of(
            source,
            view,
            now=console.clock(),
            as_of=as_of,
            known_at=known_at,
            position=arguments.position,
        )
    except (DayNotOver, PositionNotReached) as error:
        raise BadUsage(f"{error}.") from error


def _show(view: "View", shown: "ShownView", arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.commands.metric import show

    kept = shown.rows.filter(*_conditions(view, arguments.where))
    told = kept.head(arguments.limit) if arguments.limit else kept
    show(told.to_dicts(), arguments.format, console, columns=_columns(told, arguments.format))
    how = "stored" if shown.is_stored else "made now"
    console.note(f"{told.height:,} of {kept.height:,} rows, {how}, at position {shown.position:,}.")


def _columns(rows: "pl.DataFrame", form: str) -> tuple[str, ...]:
    """A table leaves out what says nothing in any row that it shows."""
    if form != "table":
        return tuple(rows.columns)
    return tuple(column.name for column in rows if column.null_count() < rows.height or not rows.height)


def _conditions(view: "View", given: list[str]) -> "list[pl.Expr]":
    import polars as pl

    found = []
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or name not in view.schema:
            known = ", ".join(view.schema)
            raise BadUsage(f"--where {one!r} is no COLUMN=VALUE of {view.name}, whose columns are {known}.")
        told = pl.col(name).cast(pl.String)
        found.append(told == value if value else told.is_null())
    return found
