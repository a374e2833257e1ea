"""Numbers that changed hands: read from the log, and told before anything else of a file."""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl
from psycopg import Connection

from domain.customer.events import CustomerNumberReleased
from infra.key_store import KeyStore
from infra.key_store.number_releases import Release, enter_releases
from pipelines.ingest.plan import HIDDEN, RECORD, STREAM, Plan
from pipelines.ingest.weigh import Weighed

NUMBER = f"{HIDDEN}number"
RELEASED_AT = f"{HIDDEN}released_at"
TURN = f"{HIDDEN}turn"
PSEUDONYM = "customer-p:"

# Through the partial index of the few events that say who is who. What was taken back counts no more.
READ_RELEASES = """
select
    notification_id,
    substr(originator_id, length(%(prefix)s) + 1),
    (convert_from(state, 'UTF8')::jsonb ->> 'occurred_at')::timestamptz
from stored_events e
where topic = 'customer.number_released'
    and notification_id > %(after)s
    and starts_with(originator_id, %(prefix)s)
    and not exists (
        select
        from stored_events v
        where v.originator_id = e.originator_id
            and v.topic = 'event.voided'
            and (convert_from(v.state, 'UTF8')::jsonb ->> 'version')::bigint = e.originator_version
    )
order by notification_id
"""


class ReleaseReader:
    """Enters in the key store what the log tells of releases; the log is the only truth about them."""

    def __init__(self, keys: KeyStore, connection: Connection[Any]) -> None:
        self._keys, self._connection = keys, connection
        self._after = 0

    def catch_up(self) -> None:
        """Enter the releases told since the last time, whoever told them."""
        asked = {"after": self._after, "prefix": PSEUDONYM}
        rows = self._connection.execute(READ_RELEASES, asked).fetchall()
        if not rows:
            return
        enter_releases(self._keys, [Release(pseudonym, at) for _, pseudonym, at in rows])
        self._after = rows[-1][0]


def tells_releases(plan: Plan) -> bool:
    """Whether a row may say that a person's number goes to somebody else."""
    return any(
        telling.event_class is CustomerNumberReleased and STREAM in telling.pseudonymous
        for telling in plan.tellings
    )


def releasing(weighed: Weighed, plan: Plan) -> pl.DataFrame:
    """The records that tell a release: RECORD, NUMBER (as it is named now), RELEASED_AT."""
    frames = [
        frame.select(RECORD, pl.col(STREAM).alias(NUMBER), pl.col("occurred_at").alias(RELEASED_AT))
        for frame, telling in zip(weighed.frames, plan.tellings, strict=True)
        if telling.event_class is CustomerNumberReleased
    ]
    return pl.concat(frames).group_by(RECORD, maintain_order=True).agg(pl.col(NUMBER, RELEASED_AT).min())


def in_turns(found: Iterable[pl.DataFrame], *, at_once: int) -> Iterator[pl.DataFrame]:
    """Rows that tell a release, in turns: of every number its first release, then of every one its second, …

    Whose number it is the second time is known only when the first was told.
    """
    pieces = list(found)
    if not pieces:
        return
    rank = pl.col(RELEASED_AT).rank("dense").over(NUMBER)
    turns = pl.concat(pieces).with_columns(rank.alias(TURN)).sort(TURN, maintain_order=True)
    for _, of_turn in turns.group_by(TURN, maintain_order=True):
        rows = of_turn.drop(RECORD, TURN, NUMBER, RELEASED_AT)
        yield from (some.with_row_index(RECORD) for some in rows.iter_slices(at_once))
