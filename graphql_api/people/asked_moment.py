"""The moment at which somebody is asked about: resolved once, so that all parts of an object are of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from strawberry.types.arguments import StrawberryArgument

from graphql_api.access.limited_reads import ForbiddenError
from graphql_api.access.rows import Limits
from graphql_api.arguments import argument, checked_position
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt
from projections.metrics.periods import moment
from projections.storage.reader import PositionNotReached, StoredFacts
from projections.views.reading import ViewReading


@dataclass(frozen=True, kw_only=True)
class AskedMoment:
    """What had happened before `as_of` and was known before `known_at` (UTC; null: `now`), at a position."""

    now: datetime
    as_of: datetime | None
    known_at: datetime | None
    position: int

    def reading(self, facts: StoredFacts) -> ViewReading:
        return ViewReading(
            source=facts,
            now=self.now,
            as_of=self.as_of,
            known_at=self.known_at,
            at_position=self.position,
        )


def moment_arguments() -> list[StrawberryArgument]:
    return [
        argument("as_of", datetime | None, "Only what had happened before this; else now.", default=None),
        argument("known_at", datetime | None, "Only what we had been told before this.", default=None),
        argument("position", BigInt | None, "Only the log up to here: the same for ever.", default=None),
    ]


def asked_moment(
    facts: StoredFacts, given: dict[str, Any], *, reads: Iterable[str], now: datetime
) -> AskedMoment:
    """The moment that the arguments name; without a position where the slowest of the facts read stands.

    Raises BadInputError and PositionNotReached.
    """
    asked = checked_position("position", given["position"])
    slowest = min(reads, key=facts.position)
    reached = facts.position(slowest)
    if asked is not None and asked > reached:
        raise PositionNotReached(fact=slowest, asked=asked, reached=reached)
    as_of, known_at = (
        None if at is None else moment(at, zone=ZoneInfo(facts.zone))
        for at in (given["as_of"], given["known_at"])
    )
    return AskedMoment(now=now, as_of=as_of, known_at=known_at, position=reached if asked is None else asked)


async def limits_of(context: RequestContext) -> Limits | None:
    """What limits the caller, and how far that reaches today."""
    scope = context.access.scope
    return None if scope is None else Limits(scope, await context.services.database.reach(scope))


def check_customer(limits: Limits | None, names: Iterable[str]) -> None:
    """Raises ForbiddenError for somebody whom the caller does not look after."""
    if limits is None or limits.reach.customers is None:
        return
    if not set(names) & set(limits.reach.customers):
        raise ForbiddenError("This key is limited to the customers of a manager, and this is none of them")
