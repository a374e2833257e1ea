"""What must be known beside figures: their moments and zone, declared histories, and stale segments."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.sql import SQL

from graphql_api.access.small_cells import FEWEST_TOLD
from graphql_api.lists.list_notes import ListNote
from infra.event_store.statements import READ_DECLARED_HISTORIES
from projections.metrics.askable import SEGMENT
from projections.metrics.beside import Told
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts
from projections.storage.view_tables import stored_days
from projections.views.reading import ViewReading
from projections.views.segments.day_views import SEGMENTS
from projections.views.segments.questions import stale_since


def note_questions(note: ListNote, questions: Sequence[Question], *, now: datetime) -> None:
    """Of which moments and zone the list is; moments that were left out are now."""
    first = questions[0]
    note.as_of, note.known_at, note.time_zone = first.as_of or now, first.known_at or now, first.zone


def remarks_on(facts: StoredFacts, questions: Sequence[Question], *, now: datetime) -> tuple[str, ...]:
    first = questions[0]
    remarks = _declared_histories(facts) if first.known_at is not None else []
    if SEGMENT in first.where:
        remarks += _stale_segments(facts, now=now)
    return tuple(remarks)


def remarks_on_withheld(told: Sequence[Sequence[Told]]) -> tuple[str, ...]:
    """How much is withheld from who may not see the people behind it."""
    count = sum(bool(one.beside.get("suppressed_because")) for found in told for one in found)
    if not count:
        return ()
    few = f"fewer than {FEWEST_TOLD} people, or so that none of these can be got by subtraction"
    return (f"{count} of {sum(map(len, told))} values are withheld: {few}",)


def _declared_histories(facts: StoredFacts) -> list[str]:
    """Said of what was known then, where entry times were declared and not measured."""
    names = facts.database.query(SQL(READ_DECLARED_HISTORIES)).to_series().to_list()
    if not names:
        return []
    return [f"history: declared by {', '.join(names)}; its entry times were not measured"]


def _stale_segments(facts: StoredFacts, *, now: datetime) -> list[str]:
    """Segments are made from the facts; only what a view says of a day is told by stored days."""
    days = stored_days(facts.database, SEGMENTS)["day"].to_list()
    reading = ViewReading(source=facts, now=now)
    stale = stale_since(days[-1] if days else None, reading=reading)
    return [f"segments are stale since {stale}: their later days are not stored yet"] if stale else []
