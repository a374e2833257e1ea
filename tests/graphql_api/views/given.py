"""Random rows of any view, written straight into its table as three stored days."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from psycopg.sql import SQL, Identifier

from infra.stores import Store
from projections.storage.database import open_database
from projections.storage.view_tables import StoredDay, create_view, note_day
from projections.views.view import View

DAYS = (date(2026, 2, 26), date(2026, 2, 27), date(2026, 2, 28))
STORED_AT = datetime(2026, 3, 1, tzinfo=UTC)
POSITION = 7
TEXTS = ("", "a", "b", "a|b", "a\\", "\\e", "乙")
FLOATS = (-0.5, 0.0, 0.25, 1.0, 3e9)
DECIMALS = (Decimal("-1.5"), Decimal(0), Decimal("12.3456"), Decimal("99999999999999.9999"))
NULLS = 0.3


def value_of(kind: type, rng: random.Random) -> Any:
    """Of a pool so small that values repeat, and orders are by their ties."""
    number = rng.randrange(4)
    return {
        str: rng.choice(TEXTS),
        int: (number - 1) * 2**31,
        float: rng.choice(FLOATS),
        bool: number % 2 == 0,
        date: date(2026, 1, 1) + timedelta(days=number),
        datetime: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number, microseconds=number),
        Decimal: rng.choice(DECIMALS),
    }[kind]


def random_row(view: View, rng: random.Random) -> dict[str, Any]:
    return {
        name: None if name in view.nullable and rng.random() < NULLS else value_of(kind, rng)
        for name, kind in view.kinds.items()
    }


def random_days(view: View, *, seed: int, rows: int = 24) -> list[pl.DataFrame]:
    """The rows of each day: a row stays, changes, comes or goes from one to the next."""
    rng = random.Random(seed)
    days: list[dict[tuple[Any, ...], dict[str, Any]]] = []
    for _ in DAYS:
        made = {
            tuple(row[key] for key in view.keys): row for row in (random_row(view, rng) for _ in range(rows))
        }
        before = {key: row for key, row in (days[-1] if days else {}).items() if rng.random() < 0.6}
        days.append({**made, **before})
    return [pl.DataFrame(list(day.values()), schema=view.schema, orient="row") for day in days]


def store_days(store: Store, view: View, told: list[pl.DataFrame], *, days: tuple[date, ...] = DAYS) -> None:
    """As refreshes of the first of these days would leave them: a row for as long as it stays the same."""
    days = days[: len(told)]
    with open_database(store.conninfo) as database, database.transaction():
        create_view(database, view)
        ended = SQL("update {} set valid_to = {} where valid_to is null")
        database.run(ended.format(Identifier(view.table), days[0]))
        for day, rows in zip(days, told, strict=True):
            noted = StoredDay(day=day, position=POSITION, rows=rows.height, hash=0)
            note_day(database, view, noted, now=STORED_AT)
    names = [*view.schema, "valid_from", "valid_to", "position", "row_hash"]
    statement = SQL("copy {} ({}) from stdin").format(
        Identifier(view.table), SQL(", ").join(map(Identifier, names))
    )
    with store.connect() as connection, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row, since, until in intervals([rows.rows() for rows in told], days):
            copy.write_row((*row, since, until, POSITION, 0))


Cells = tuple[Any, ...]


def intervals(told: list[list[Cells]], days: tuple[date, ...]) -> list[tuple[Cells, date, date | None]]:
    """Each row with the days from which and until which it stood; None where it still does."""
    found = []
    for place, rows in enumerate(told):
        begun = rows if place == 0 else [row for row in rows if row not in told[place - 1]]
        for row in begun:
            ends = [later for later in range(place + 1, len(told)) if row not in told[later]]
            found.append((row, days[place], days[ends[0]] if ends else None))
    return found
