"""Given a real file, a shipped mapping and a store: the account of an ingest, and what the log then tells."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from domain.envelope import Event, Kind, field_kinds
from infra.stores import Store
from pipelines.ingest.account import Account
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.ingest import ingest
from pipelines.ingest.reading import open_records

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("KEFU_DATA", ROOT.parent / "shared" / "data"))
MAPPINGS = ROOT / "pipelines" / "mappings"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)

READ_AS: dict[Kind, pl.DataType] = {"integer": pl.Int64(), "boolean": pl.Boolean()}
TYPED_AS: dict[Kind, Callable[[pl.Expr], pl.Expr]] = {
    "decimal": lambda text: text.cast(pl.Decimal(38, 4)),
    "date": lambda text: text.str.to_date(),
}


def about(file: Path) -> pytest.MarkDecorator:
    """The mark of a module: skipped where the file is absent."""
    reason = f"there is no {file}; set KEFU_DATA to its folder"
    return pytest.mark.skipif(not file.exists(), reason=reason)


def take_in(file: Path, mapping: str, *, store: Store) -> Account:
    """Ingest a file by a mapping that Kefu ships."""
    plan = read_mapping(MAPPINGS / f"{mapping}.yaml")
    return ingest(open_records(file, plan), plan, store=store, clock=lambda: NOW)


def counts(account: Account) -> tuple[int, int, int, int]:
    """Records, and what became of them: appended, already known, rejected."""
    assert account.corrected == account.refused == 0
    return account.records, account.appended, account.known, account.rejected


def told(log: pl.DataFrame, event_class: type[Event], *, zone: str) -> pl.DataFrame:
    """Every event of a kind in the log: its stream and its fields, moments in the zone."""
    kinds = {name: field.kind for name, field in field_kinds(event_class).items()}
    layout = pl.Struct({name: READ_AS.get(kind, pl.String()) for name, kind in kinds.items()})
    rows = log.filter(pl.col("topic") == event_class.TOPIC).select(
        "originator_id", pl.col("state").str.json_decode(layout).alias("told")
    )
    typed = [TYPED_AS[kind](pl.col(name)) for name, kind in kinds.items() if kind in TYPED_AS]
    moments = [
        pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_zone="UTC").dt.convert_time_zone(zone)
        for name, kind in kinds.items()
        if kind == "time"
    ]
    return rows.unnest("told").with_columns(*typed, *moments)


def months_between(earlier: str, later: str) -> pl.Expr:
    """Calendar months from one column's month to the other's."""
    months = [pl.col(name).dt.year() * 12 + pl.col(name).dt.month() for name in (later, earlier)]
    return months[0].cast(pl.Int64) - months[1].cast(pl.Int64)


def rounded(number: object, places: int) -> Decimal:
    """A number as it is printed with so many places."""
    return round(Decimal(str(number)), places)
