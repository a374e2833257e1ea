"""What stands beside the lists of an answer: how long each is, and whether it was cut."""

from datetime import date, datetime

import strawberry

from graphql_api.lists.list_notes import Count
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt


@strawberry.type(description="How long one list of this answer is, and whether more would have followed.")
class ListMeta:
    field: str = strawberry.field(description="The name that the list has in this answer.")
    row_count: int = strawberry.field(description="How many rows it holds.")
    limit: int = strawberry.field(description="How many it could hold.")
    truncated: bool = strawberry.field(description="Whether more rows would have followed.")
    position: BigInt | None = strawberry.field(description="The log is told up to here.")
    as_of: datetime | None = strawberry.field(
        description="Only what had happened before this; null where no moment matters."
    )
    known_at: datetime | None = strawberry.field(
        description="Only what we had been told before this; null where no moment matters."
    )
    time_zone: str | None = strawberry.field(description="The zone whose days the rows are cut by, if any.")
    definitions: list[str] = strawberry.field(
        description="The definitions that metrics were answered under, as metric.definition."
    )
    remarks: list[str] = strawberry.field(
        description="What else a reader must know, such as a break in a series."
    )
    day: date | None = strawberry.field(
        description="Of a view: the local day at whose end its rows stood; null if it was made of a moment."
    )
    stored: bool | None = strawberry.field(
        description="Of a view: whether its rows were stored at the end of that day."
    )
    stale: bool | None = strawberry.field(
        description="Of a view: whether the latest stored day, which was answered, is older than yesterday."
    )
    count: strawberry.Private[Count | None]
    known_total: strawberry.Private[int | None]

    @strawberry.field(  # type: ignore[untyped-decorator] # Strawberry leaves it untyped
        description="How many rows there are without the limit; counted only when asked for."
    )
    async def total(self) -> BigInt:
        if self.known_total is not None:
            return BigInt(self.known_total)
        return BigInt(await self.count() if self.count else self.row_count)


async def list_metas(info: strawberry.Info[RequestContext]) -> list[ListMeta]:
    return [
        ListMeta(
            field=note.name,
            row_count=note.row_count,
            limit=note.limit,
            truncated=note.is_truncated,
            position=None if note.position is None else BigInt(note.position),
            as_of=note.as_of,
            known_at=note.known_at,
            time_zone=note.time_zone,
            definitions=list(note.definitions),
            remarks=list(note.remarks),
            day=note.day,
            stored=note.is_stored,
            stale=note.is_stale,
            count=note.count,
            known_total=note.total,
        )
        for note in await info.context.notes.finished()
    ]
