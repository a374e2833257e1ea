"""Which streams may have something due: those whose moment has come, and those that changed since asked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg.sql import SQL, Identifier

from projections.facts import SPECS
from projections.facts.organisation_rules import OrganisationRule
from projections.facts.spec import FactSpec
from projections.facts.units import Unit
from projections.storage.database import Database

PAGE = 2_000

CANDIDATES = SQL("""
select facts.{stream} as originator_id,
    greatest(facts.last_position, {decided_by}) as position
from {table} as facts
left join due_moment on due_moment.originator_id = facts.{stream}
where not facts.voided
    and facts.source = any({sources})
    and facts.{stream} > {after}
    and (
        due_moment.originator_id is null
        or due_moment.position < greatest(facts.last_position, {decided_by})
        or due_moment.due_at <= {now}
    )
order by facts.{stream}
limit {page}
""")
NOTE = SQL("""
insert into due_moment (originator_id, position, due_at)
values {}
on conflict (originator_id) do update
set position = excluded.position,
    due_at = excluded.due_at
""")


class Candidate(NamedTuple):
    """A stream to ask, and the position up to which it and the rules were read."""

    originator_id: str
    position: int


class Asked(NamedTuple):
    """A candidate that was asked, and when something falls due in it next (None: never)."""

    candidate: Candidate
    due_at: datetime | None


def candidates(
    database: Database, fact: FactSpec, *, sources: Sequence[str], now: datetime
) -> Iterator[list[Candidate]]:
    """Find the streams of a fact that are settled here (told by one of `sources`) and worth asking, in pages.

    Rules and units decide what is due, so that a change of either asks every stream again.
    """
    after = ""
    while page := _page(database, fact, sources=sources, now=now, after=after):
        after = page[-1].originator_id
        yield page


def note(database: Database, asked: Sequence[Asked]) -> None:
    """Remember when to ask these streams again."""
    rows = [SQL("({}, {}, {})").format(*candidate, due_at) for candidate, due_at in asked]
    if rows:
        with database.transaction():
            database.run(NOTE.format(SQL(", ").join(rows)))


def _page(
    database: Database, fact: FactSpec, *, sources: Sequence[str], now: datetime, after: str
) -> list[Candidate]:
    statement = CANDIDATES.format(
        stream=Identifier(fact.key_names[0]),
        table=Identifier(fact.table),
        sources=list(sources),
        decided_by=_decided_by(database),
        after=after,
        now=now,
        page=PAGE,
    )
    with database.transaction():
        return [Candidate(*row) for row in database.query(statement).rows()]


def _decided_by(database: Database) -> int:
    """The position of the last change of a rule or a unit."""
    positions = SQL("select coalesce(max(last_position), 0) as position from {}")
    tables = [SPECS[fact.NAME].table for fact in (OrganisationRule, Unit)]
    with database.transaction():
        return max(int(database.query(positions.format(Identifier(table))).item()) for table in tables)
