"""Records of one mapping taken into the log together, each with an answer of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from pipelines.messages.orders import Order
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

    def take(self, orders: Sequence[Order]) -> list[Answer]:
        """Append what is new of the records; an answer for each, in their order.

        Releases of numbers are told before the rest, as those of a file are. One record that cannot be
        computed or stored is rejected, and harms no other.
        """
        outcomes = self._outcomes(told_rows(orders, self._plan))
        return [
            Answer(
                id=order.id,
                source=order.source,
                status=(outcome := outcomes[place]).status,
                events=outcome.events,
                position=outcome.position,
                reason=outcome.reason,
                detail=outcome.detail,
            )
            for place, order in enumerate(orders)
        ]

    def _outcomes(self, told: ToldRows) -> Outcomes:
        if not tells_releases(self._plan):
            return self._append_whatever_can_be(told)
        try:
            released = self._release(told)
        except FileFault as fault:
            _raise_unless_computing(fault)
            if told.rows.height > 1:
                alone = [self._outcomes(told.only([place])) for place in told.rows[PLACE]]
                return {place: outcome for outcomes in alone for place, outcome in outcomes.items()}
            released = {}
        return released | self._append_whatever_can_be(told.without(released))

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
            _raise_unless_computing(fault)
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
        """Append records; what a mapping corrects is corrected as often as its messages change it."""
        outcomes: Outcomes = {}
        while not told.rows.is_empty():
            if self._plan.personal_ids:
                self._releases.catch_up()
            (made,) = self._maker(told).make_all()
            later = _changes_again(made) if self._plan.corrects else []
            if later:
                (made,) = self._maker(told.without(later)).make_all()
            outcomes |= self._append_made(made)
            told = told.only(later)
        return outcomes

    def _append_made(self, made: Made) -> Outcomes:
        answer = self._appender.append(self._appender.prepare(made.chunk))
        outcomes = self._rejected(made) | self._appended(made, answer)
        if self._plan.corrects and (answer.status == "changed").any():
            outcomes |= self._corrected(made, answer)
        return outcomes

    def _rejected(self, made: Made) -> Outcomes:
        if made.rejects.is_empty():
            return {}
        of_messages = ToldRows(made.rejects)
        RejectKeeper(of_messages, self._plan, keys=self._store.keys, clock=self._clock).keep(made)
        places = made.judged.evaluated[PLACE].gather(made.rejects[RECORD])
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

    def _corrected(self, made: Made, answer: ChunkAnswer) -> Outcomes:
        """Correct changed records; one that says the same as the one before it is known then."""
        corrector = Corrector(
            self._appender,
            plan=self._plan,
            door=self._door,
            hmac_key=self._store.append_key,
            clock=self._clock,
        )
        status, _ = corrector.correct(made, answer.status)
        records = made.chunk.records.with_columns(made.rows[PLACE], status=status)
        corrected = records.filter(status="corrected")
        again = records.filter(pl.col("key").is_in(corrected["key"].implode()), status="changed")
        return {
            **{
                place: Outcome(status="corrected", events=n) for place, n in corrected[PLACE, "n"].iter_rows()
            },
            **{place: Outcome(status="known") for place in again[PLACE]},
        }

    def _maker(self, told: ToldRows) -> ChunkMaker:
        hmac_key = self._store.append_key
        return ChunkMaker(told, self._plan, door=self._door, hmac_key=hmac_key, clock=self._clock)


def _raise_unless_computing(fault: FileFault) -> None:
    """Raise it again if it does not mean that something could not be computed."""
    if not isinstance(fault.__cause__, PolarsError):
        raise fault


def _changes_again(made: Made) -> list[int]:
    """The places of records that change what a record before them said, of which each has its turn."""
    differs = (pl.col("content") != pl.col("content").shift(1)).fill_null(value=False)
    changes = made.chunk.records.select(differs.cum_sum().over("key")).to_series() > 0
    return made.rows.filter(changes)[PLACE].to_list()
