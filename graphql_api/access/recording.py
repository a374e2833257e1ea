"""What of an answer goes on record, and that it does before anything personal leaves."""

from time import perf_counter

from graphql_api.access.looks import Looks
from graphql_api.access.trail import Trail
from graphql_api.access.trail_entry import Asked, is_on_record


async def put_on_record(trail: Trail, asked: Asked, looks: Looks, *, outcome: str, size: int) -> None:
    """`size` of the answer in bytes; raises NotRecordedError where it may not be shown unrecorded."""
    if not is_on_record(asked, looks):
        return
    ms = round((perf_counter() - asked.began) * 1000, 3)
    entry = asked.entry(looks, outcome=outcome, bytes=size, ms=ms)
    if looks.is_personal:
        await trail.keep(entry)
    else:
        await trail.note(entry)
