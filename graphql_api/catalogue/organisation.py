"""The organisation that the store is of: its zone, what a point is worth, and how far everything has come."""

from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from zoneinfo import ZoneInfo

import strawberry

from domain.organisation.programme_in_force import PROGRAMME, programme_of
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt
from graphql_api.told import told
from projections.facts import SPECS
from projections.storage.reader import StoredFacts
from projections.views.reading import ViewReading
from projections.views.rules_of_the_day import rule_book


@strawberry.type(description="A loyalty programme as it reads today.")
class ProgrammeOfToday:
    name: str = told("The programme's name in the organisation's rules.")
    point_value: Decimal | None = told(
        "What a point is worth, in the organisation's currency; null: not told."
    )
    time_zone: str = told("The zone in which it keeps its days.")


@strawberry.type(description="The organisation that is asked about; every store is of one.")
class Organisation:
    time_zone: str = told("The zone whose days everything is cut by unless another is asked for.")
    today: str = told("The local day, as YYYY-MM-DD.")
    programmes: list[ProgrammeOfToday] = told("Its loyalty programmes, by name.")
    position: BigInt = told("The log is told up to here in every fact.")
    latest_position: BigInt = told("The log is told up to here in some fact.")
    latest_occurred_at: datetime | None = told("When the latest event that is told of happened.")
    stopped_facts: list[str] = told("Facts that stand before an event which they cannot take.")
    version: str = told("The version of Kefu that answers.")


async def organisation(info: strawberry.Info[RequestContext]) -> Organisation:
    now = info.context.now
    return await info.context.services.ask_facts(lambda facts: _told_of(facts, now=now))


def _told_of(facts: StoredFacts, *, now: datetime) -> Organisation:
    places = [facts.places[name] for name in SPECS]
    times = [place.latest_occurred_at for place in places if place.latest_occurred_at is not None]
    return Organisation(
        time_zone=facts.zone,
        today=now.astimezone(ZoneInfo(facts.zone)).date().isoformat(),
        programmes=_programmes(facts, now=now),
        position=BigInt(min(place.position for place in places)),
        latest_position=BigInt(max(place.position for place in places)),
        latest_occurred_at=max(times, default=None),
        stopped_facts=sorted(place.fact for place in places if place.stopped_at is not None),
        version=version("kefu"),
    )


def _programmes(facts: StoredFacts, *, now: datetime) -> list[ProgrammeOfToday]:
    rules = rule_book(ViewReading(source=facts, now=now), PROGRAMME)
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    told_of = {name: programme_of(rules, name, on=today) for name in rules.names(PROGRAMME, on=today)}
    return [
        ProgrammeOfToday(name=name, point_value=programme.point_value, time_zone=programme.zone or facts.zone)
        for name, programme in sorted(told_of.items())
    ]
