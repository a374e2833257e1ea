"""Changed rows told again: what they said before is voided, and both are recorded by our clock."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import polars as pl

from domain.event import EventVoided
from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import STATUSES
from pipelines.ingest.assemble import assemble
from pipelines.ingest.chunks import ATTEMPTS, Made
from pipelines.ingest.doors import Door
from pipelines.ingest.encode import encode_states
from pipelines.ingest.key_counts import KeyCounts
from pipelines.ingest.plan import RECORD, Plan
from pipelines.ingest.releases import releasing, tells_releases
from pipelines.ingest.tell import ErasedMeanwhile, tell
from pipelines.ingest.weigh import weigh

REASON = "row_changed"
ENVELOPE = pl.Struct(
    dict.fromkeys(
        ("occurred_at", "source", "customer_id", "unit", "agent_id", "campaign_id", "tier"), pl.String
    )
)


class Corrector:
    """Corrects the changed records of one file, each key once: a file that contradicts itself is refused."""

    def __init__(
        self,
        appender: BulkAppender,
        *,
        plan: Plan,
        door: Door,
        hmac_key: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        self._appender, self._plan, self._door = appender, plan, door
        self._hmac_key, self._clock = hmac_key, clock
        self._earlier = KeyCounts()

    def correct(self, made: Made, status: pl.Series) -> tuple[pl.Series, int]:
        """The statuses after correcting what can be, and how many events that appended."""
        # Half of a keyed hash: two records that share it are a file that contradicts itself, and refused.
        keys = made.chunk.records["key"].bin.slice(0, 8).bin.reinterpret(dtype=pl.UInt64)
        # What the next owner was told of since a release cannot be taken back to another moment.
        chosen = (status == "changed") & ~made.rows[RECORD].is_in(self._releasing(made).implode())
        if chosen.any():
            chosen &= keys.is_first_distinct() & (self._earlier.before(keys) == 0)
        self._earlier.add(keys)
        if not chosen.any():
            return status, 0
        now = self._clock()
        told = self._told(made.rows.filter(chosen), now=now)
        chosen &= made.rows[RECORD].is_in(told[RECORD].unique().implode())
        chunk = assemble(told, made.rows.filter(chosen), plan=self._plan, hmac_key=self._hmac_key)
        answer = self._appender.correct(chunk, void=lambda events: void_events(events, now=now))
        corrected = pl.Series("status", ["corrected"], dtype=STATUSES)
        return status.zip_with(
            ~chosen, corrected.extend_constant("corrected", status.len() - 1)
        ), answer.appended

    def _releasing(self, made: Made) -> pl.Series:
        if not tells_releases(self._plan):
            return pl.Series(RECORD, dtype=pl.UInt32)
        return releasing(made.judged.weighed, self._plan)[RECORD]

    def _told(self, rows: pl.DataFrame, *, now: datetime) -> pl.DataFrame:
        """The events of the rows, but for those about somebody who was erased meanwhile."""
        for _ in range(ATTEMPTS - 1):
            with suppress(ErasedMeanwhile):
                return self._told_once(rows, now=now)
        return self._told_once(rows, now=now)

    def _told_once(self, rows: pl.DataFrame, *, now: datetime) -> pl.DataFrame:
        weighed = weigh(rows, plan=self._plan, now=now, door=self._door)
        return tell(weighed, plan=self._plan, now=now, door=self._door, is_correction=True)


def void_events(events: pl.DataFrame, *, now: datetime) -> pl.DataFrame:
    """One void for each event, at its own occurred_at and recorded now: the frame form of `void`."""
    told = events.with_columns(pl.col("state").str.json_decode(ENVELOPE).alias("told")).unnest("told")
    voids = told.select(
        "originator_id",
        pl.col("occurred_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC"),
        pl.lit(now, dtype=pl.Datetime("us", "UTC")).alias("recorded_at"),
        "source",
        "customer_id",
        "unit",
        "agent_id",
        "campaign_id",
        "tier",
        "topic",
        pl.col("originator_version").alias("version"),
        pl.lit(REASON).alias("reason"),
    )
    return voids.select(
        "originator_id", pl.lit(EventVoided.TOPIC).alias("topic"), encode_states(voids, EventVoided)
    )
