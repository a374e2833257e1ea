"""What views say of one person, made of their own facts: memberships, the risk that they leave, segments."""

from typing import Any

import polars as pl

from graphql_api.access.rows import limited_frame
from graphql_api.people.nested_rows import NESTED_BY_DEFAULT, Info, Limit, dataset_rows, first_row
from graphql_api.people.person_at import PersonAt
from graphql_api.queries.views import VIEW_MODELS
from projections.storage.reader import StoredFacts
from projections.storage.row_security import limits_of_view
from projections.views.churn_risk import CHURN_RISK
from projections.views.member_standings import MEMBER_STANDINGS
from projections.views.segments.day_views import SEGMENT_MEMBERS
from projections.views.segments.memberships import memberships as segment_memberships

STANDINGS, RISKS, SEGMENTS_OF = (
    VIEW_MODELS[view.name] for view in (MEMBER_STANDINGS, CHURN_RISK, SEGMENT_MEMBERS)
)


async def memberships_of(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT) -> Any:
    person: PersonAt = self.person

    def standings(facts: StoredFacts) -> pl.DataFrame:
        rows = MEMBER_STANDINGS.made(person.own(facts)).filter(customer_id=person.name)
        return limited_frame(rows, limits_of_view(MEMBER_STANDINGS), person.limits)

    return await dataset_rows(info, STANDINGS, standings, limit=limit)


async def churn_risk_of(self: Any, info: Info) -> Any:
    person: PersonAt = self.person

    def row(facts: StoredFacts) -> pl.DataFrame:
        rows = CHURN_RISK.made(person.own(facts)).filter(customer_id=person.name)
        return limited_frame(rows, limits_of_view(CHURN_RISK), person.limits)

    found = await info.context.services.ask_facts(row)
    info.context.looks.read(CHURN_RISK.name, found.height)
    return first_row(RISKS, found)


async def segments_of(self: Any, info: Info, limit: Limit = NESTED_BY_DEFAULT) -> Any:
    person: PersonAt = self.person

    def rows(facts: StoredFacts) -> pl.DataFrame:
        reading = person.own(facts)
        held = (
            segment_memberships(reading, since=reading.reference).at(reading).filter(customer_id=person.name)
        )
        typed = held.select(pl.col(name).cast(kind) for name, kind in SEGMENT_MEMBERS.schema.items())
        return limited_frame(typed.sort("segment"), limits_of_view(SEGMENT_MEMBERS), person.limits)

    return await dataset_rows(info, SEGMENTS_OF, rows, limit=limit)
