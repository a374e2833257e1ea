"""Records of one mapping taken into the log together, each with an answer of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl
from polars.exceptions import PolarsError
from psycopg.errors import DataError, ProgramLimitExceeded

from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import ChunkAnswer
from infra.stores import Store
from pipelines.ingest.assemble import key_text
from pipelines.ingest.chunks import ChunkMaker, Made
from pipelines.ingest.corrections import Corrector
from pipelines.ingest.doors import KeyStoreDoor
from pipelines.ingest.faults import FileFault
from pipelines.ingest.keep_rejects import RejectKeeper
from pipelines.ingest.plan import RECORD, Plan
from pipelines.ingest.releases import ReleaseReader, in_turns, tells_releases
from pipelines.ingest.row_faults import DETAIL, REASON
from pipelines.messages.answers import Answer, Status
from pipelines.messages.cloud_events import Told
from pipelines.messages.told_rows import PLACE, ToldRows, told_rows

Outcomes = dict[int, "Outcome"]
"""What became of records, by their places."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one record: the answer without its name."""

    status: Status
    events: int = 0
    position: int | None = None
    reason: str | None = None
    detail: str | None = None


class Desk:
    """Takes the records of one mapping; for one thread.

    A mapping's rules are ingest's: the same maker of chunks, doors, corrections and keeper of rejects.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        store: Store,
        appender: BulkAppender,
        releases: ReleaseReader,
        clock: Callable[[], datetime],
    ) -> None:
        self._plan, self._store, self._clock = plan, store, clock
        self._appender, self._releases = appender, releases
        self._door = KeyStoreDoor(store.keys)

    def take(self, messages: Sequence[Told]) -> list[Answer]:
        """Append what is new of the records; an answer for each, in their order.

        Releases of numbers are told before the rest, as those of a file are. One record that cannot be
        computed or stored is rejected, and harms no other.
        """
        told = told_rows(messages, self._plan)
        outcomes = self._release(told) if tells_releases(self._plan) else {}
        rest = ToldRows(told.rows.filter(~pl.col(PLACE).is_in(list(outcomes))))
        outcomes |= self._append_whatever_can_be(rest)
        return [
            Answer(
                id=message.id,
                source=message.source,
                status=(outcome := outcomes[place]).status,
                events=outcome.events,
                position=outcome.position,
                reason=outcome.reason,
                detail=outcome.detail,
            )
            for place, message in enumerate(messages)
        ]

    def _release(self, told: ToldRows) -> Outcomes:
        """Append the records that tell a release, in turns: whose a number is next is known only then."""
        outcomes: Outcomes = {}
        self._releases.catch_up()
        for rows in in_turns(self._maker(told).releasing_rows(), at_once=told.rows.height):
            outcomes |= self._append_whatever_can_be(ToldRows(rows.drop(RECORD)))
        return outcomes

    def _append_whatever_can_be(self, told: ToldRows) -> Outcomes:
        """Append the records together, or the halves of them if one cannot be computed or stored."""
        try:
            return self._append(told)
        except FileFault as fault:
            if not isinstance(fault.__cause__, PolarsError):
                raise
            reason = "not_computable"
        except (DataError, ProgramLimitExceeded):
            reason = "not_storable"
        if told.rows.height > 1:
            half = told.rows.height // 2
            parts = (told.rows.head(half), told.rows.tail(-half))
            return {
                place: outcome
                for part in parts
                for place, outcome in self._append_whatever_can_be(ToldRows(part)).items()
            }
        place = told.rows[PLACE][0]
        # What the library says of it may repeat its cells, and is not shown.
        detail = "holds a value too large or too odd for what the mapping does with it"
        return {place: Outcome(status="rejected", reason=reason, detail=detail)}

    def _append(self, told: ToldRows) -> Outcomes:
        if told.rows.is_empty():
            return {}
        if self._plan.personal_ids:
            self._releases.catch_up()
        (made,) = self._maker(told).make_all()
        answer = self._appender.append(self._appender.prepare(made.chunk))
        outcomes = self._rejected(made, told) | self._appended(made, answer)
        if self._plan.corrects and (answer.status == "changed").any():
            outcomes |= self._correct(made, answer, told)
        return outcomes

    def _rejected(self, made: Made, told: ToldRows) -> Outcomes:
        if made.rejects.is_empty():
            return {}
        RejectKeeper(told, self._plan, keys=self._store.keys, clock=self._clock).keep(made)
        places = told.rows[PLACE].gather(made.rejects[RECORD])
        return {
            place: Outcome(status="rejected", reason=reason, detail=detail)
            for place, reason, detail in zip(places, made.rejects[REASON], made.rejects[DETAIL], strict=True)
        }

    def _appended(self, made: Made, answer: ChunkAnswer) -> Outcomes:
        columns = (made.rows[PLACE], answer.status, made.chunk.records["n"], answer.first_position)
        outcomes = {
            place: Outcome(status="appended", events=count, position=position)
            if status == "appended"
            else Outcome(status="known")
            for place, status, count, position in zip(*columns, strict=True)
        }
        if not (changed := made.rows.filter(answer.status == "changed")).is_empty():
            details = key_text(changed, self._plan)["key"] + " is known with other content"
            outcomes |= {
                place: Outcome(status="refused", reason="changed", detail=detail)
                for place, detail in zip(changed[PLACE], details, strict=True)
            }
        return outcomes

    def _correct(self, made: Made, answer: ChunkAnswer, told: ToldRows) -> Outcomes:
        """Correct changed records; of several with one key each corrects the one before it."""
        corrector = Corrector(
            self._appender,
            plan=self._plan,
            door=self._door,
            hmac_key=self._store.append_key,
            clock=self._clock,
        )
        status, _ = corrector.correct(made, answer.status)
        counts = zip(made.rows[PLACE], status, made.chunk.records["n"], strict=True)
        outcomes = {
            place: Outcome(status="corrected", events=count)
            for place, one, count in counts
            if one == "corrected"
        }
        is_later = ~made.chunk.records["key"].is_first_distinct() & (status == "changed")
        later = told.rows.filter(pl.col(PLACE).is_in(made.rows.filter(is_later)[PLACE].implode()))
        return outcomes | self._append(replace(told, rows=later))

    def _maker(self, told: ToldRows) -> ChunkMaker:
        hmac_key = self._store.append_key
        return ChunkMaker(told, self._plan, door=self._door, hmac_key=hmac_key, clock=self._clock)
