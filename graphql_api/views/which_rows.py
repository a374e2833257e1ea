"""Of which day or moment a list of a view is: as its arguments say, or its cursor, or as its default is."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from strawberry.types.arguments import StrawberryArgument

from graphql_api.access.read_access import ReadAccess
from graphql_api.access.rows import Limits, limited_frame
from graphql_api.arguments import argument, checked_position
from graphql_api.coded_errors import BadInputError
from graphql_api.request_context import RequestContext
from graphql_api.scalars import YEARS, BigInt, DayOrMoment
from graphql_api.views.made_frames import moment_of
from graphql_api.views.places import OfDay, OfMoment, Standing
from graphql_api.views.stored_days import find_stored_day
from graphql_api.views.view_model import ViewModel
from graphql_api.views.view_sources import MadeSource, StoredSource, ViewSource
from projections.metrics.periods import moment
from projections.storage.reader import StoredFacts
from projections.storage.row_security import limits_of_view

MOMENTS = ("as_of", "known_at", "position")


def standing_arguments(model: ViewModel) -> list[StrawberryArgument]:
    """The arguments that say of which day or moment the rows are."""
    latest = " Without it, and without a moment, of the latest stored day if there is one, else made now."
    return [
        argument(
            "day",
            date | None,
            "The view as it stood at the end of this local day." + ("" if model.is_made_now else latest),
            default=None,
        ),
        argument("as_of", datetime | None, "Only what had happened before this; else now.", default=None),
        argument("known_at", datetime | None, "Only what we had been told before this.", default=None),
        argument("position", BigInt | None, "Only the log up to here: the same for ever.", default=None),
        argument(
            "is_now",
            bool,
            "Made now though a day is stored; without effect where a day or a moment is named.",
            name="now",
            default=model.is_made_now,
        ),
    ]


def check_standing(given: dict[str, Any]) -> None:
    """Raises BadInputError for a day or a position out of range, and for a day and a moment at once."""
    checked_position("position", given["position"])
    if given["day"] is not None and given["day"].year not in YEARS:
        raise BadInputError(f"years {YEARS[0]} to {YEARS[-1]} can be asked for", argument="day")
    if given["day"] is not None and any(given[name] is not None for name in MOMENTS):
        message = "`day` stands for the end of that day on both clocks: leave out asOf, knownAt and position"
        raise BadInputError(message, argument="day")


async def source_asked(
    model: ViewModel,
    given: dict[str, Any],
    context: RequestContext,
    *,
    zone: ZoneInfo,
    cursor: Standing | None = None,
) -> ViewSource:
    """A stored day where it serves, else a frame; a cursor's day or moment goes before the default.

    Raises BadInputError where the cursor is of another day or moment than the arguments name.
    """
    named = _named(given, zone)
    if cursor is not None:
        _check_cursor(cursor, named)
    day = cursor.day if isinstance(cursor, OfDay) else given["day"]
    is_of_moment = isinstance(cursor, OfMoment) or any(given[name] is not None for name in MOMENTS)
    is_now = given["is_now"] and day is None
    if not is_of_moment and not is_now:
        found = await find_stored_day(context.services.database, model.view, day, now=context.now)
        if found is not None:
            is_stale = found.is_behind and given["day"] is None
            return StoredSource(access=context.access, model=model, found=found, is_stale=is_stale)
    standing = cursor or (None if day is None else OfDay(day))
    return await _made(model, context, standing, named)


Named = dict[str, Any]


def _named(given: dict[str, Any], zone: ZoneInfo) -> Named:
    return {
        "day": given["day"],
        "as_of": _moment(given["as_of"], zone),
        "known_at": _moment(given["known_at"], zone),
        "position": given["position"],
    }


def _check_cursor(cursor: Standing, named: Named) -> None:
    """The arguments may leave out what the cursor says, and may not say otherwise."""
    of = (
        {"day": cursor.day, "as_of": None, "known_at": None, "position": None}
        if isinstance(cursor, OfDay)
        else {"day": None, "as_of": cursor.as_of, "known_at": cursor.known_at, "position": cursor.position}
    )
    for name, value in named.items():
        if value is not None and value != of[name]:
            message = f"The cursor is of another day or moment than these arguments name: {name} {value}"
            raise BadInputError(message, argument="after")


async def _made(
    model: ViewModel, context: RequestContext, standing: Standing | None, named: Named
) -> MadeSource:
    moments = {name: named[name] for name in MOMENTS}
    services, view, now = context.services, model.view, context.now

    def make(facts: StoredFacts) -> Any:
        asked = standing or moment_of(facts, view, now=now, **moments)
        return services.made_frames.made(facts, view, asked, now=now)

    frame = await services.ask_facts(make)
    rows = limited_frame(frame.rows, limits_of_view(view), await _limits(context.access))
    return MadeSource(model=model, frame=replace(frame, rows=rows))


async def _limits(access: ReadAccess) -> Limits | None:
    scope = access.scope
    return None if scope is None else Limits(scope=scope, reach=await access.database.reach(scope))


def _moment(given: DayOrMoment | None, zone: ZoneInfo) -> datetime | None:
    return None if given is None else moment(given, zone=zone)
