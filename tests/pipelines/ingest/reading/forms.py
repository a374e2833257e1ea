"""One table written in every format that ingest reads, and the text that each of its cells is."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from hypothesis import strategies as st

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.evaluate import trimmed
from pipelines.ingest.reading import open_records

COLUMNS = ("id", "words", "whole", "amount", "yes", "day", "local", "moment")

MAPPING = """\
version: 1
source: form
issuer: desk
zone: UTC
format: {format}
key: [id]
recorded_at: occurred_at
let:
  came_at: {{at: local}}
  seen: CONCAT(words, whole, amount, yes, day, moment)
stream: {{parts: [id]}}
events:
  - topic: call.offered
    occurred_at: came_at
    fields: {{direction: "'inbound'", hotline: id, channel: "'phone'", purpose: seen}}
"""

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd"),
    max_size=8,
)
AMOUNTS = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places), st.integers(-(10**11), 10**11), st.integers(0, 6)
)
FIRST = datetime(1901, 1, 1)  # noqa: DTZ001 (the zone is given below)
TIMES = st.datetimes(FIRST, timezones=st.just(UTC))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record of typed cells; any but the id may be null."""

    id: str
    words: str | None
    whole: int | None
    amount: Decimal | None
    yes: bool | None
    day: date | None
    local: datetime | None
    moment: datetime | None

    @property
    def cells(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in COLUMNS)

    @property
    def texts(self) -> tuple[str | None, ...]:
        """What every format must say."""
        return tuple(None if cell is None else expected(cell) for cell in self.cells)


def expected(cell: Any) -> str:
    """The one text of a cell."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        text = f"{cell:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    return str(cell)


def _local(moment: datetime) -> datetime:
    """A moment that is no midnight: in a workbook a column of midnights is one of days."""
    whole = moment.replace(tzinfo=None, microsecond=0)
    return whole + timedelta(seconds=whole.hour == whole.minute == whole.second == 0)


ROWS = st.lists(
    st.builds(
        Row,
        id=st.uuids().map(str),
        words=st.none() | WORDS,
        whole=st.none() | st.integers(-(10**15) + 1, 10**15 - 1),
        amount=st.none() | AMOUNTS,
        yes=st.none() | st.booleans(),
        day=st.none() | TIMES.map(datetime.date),
        local=st.none() | TIMES.map(_local),
        moment=st.none() | TIMES.map(lambda moment: moment.replace(microsecond=0)),
    ),
    min_size=1,
    max_size=12,
)


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([COLUMNS, *[[cell or "" for cell in row.texts] for row in rows]])
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def as_json(row: Row) -> str:
    """A record with numbers as numbers; nulls written or left out by turns."""
    told = {
        name: cell if isinstance(cell, bool | int | float | None) else text
        for name, cell, text in zip(COLUMNS, row.cells, row.texts, strict=True)
        if cell is not None or name < "m"
    }
    text = json.dumps(told | {"amount": "AMOUNT"}, ensure_ascii=len(row.id) % 2 == 0)
    return text.replace('"AMOUNT"', "null" if row.amount is None else str(row.amount))


def write_ndjson(path: Path, rows: Sequence[Row]) -> None:
    path.write_text("".join(f"{as_json(row)}\n" for row in rows), encoding="utf-8")


def write_json(path: Path, rows: Sequence[Row]) -> None:
    path.write_text("[\n" + ",\n".join(map(as_json, rows)) + "\n]\n", encoding="utf-8")


def write_parquet(path: Path, rows: Sequence[Row]) -> None:
    types = {
        "id": pa.string(),
        "words": pa.dictionary(pa.int32(), pa.string()),
        "whole": pa.int64(),
        "amount": pa.decimal128(30, 9),
        "yes": pa.bool_(),
        "day": pa.date32(),
        "local": pa.timestamp("ms"),
        "moment": pa.timestamp("us", tz="Asia/Shanghai"),
    }
    columns = {name: pa.array([getattr(row, name) for row in rows], kind) for name, kind in types.items()}
    pq.write_table(pa.table(columns), path, row_group_size=5)


def write_excel(path: Path, rows: Sequence[Row]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows, start=1):
            for column, (name, cell) in enumerate(zip(COLUMNS, row.cells, strict=True)):
                if isinstance(cell, bool):
                    sheet.write_boolean(number, column, cell)
                elif isinstance(cell, int | Decimal):
                    sheet.write_number(number, column, cell)
                elif name in {"day", "local"} and cell is not None:
                    sheet.write_datetime(number, column, cell, days if name == "day" else moments)
                elif cell is not None:
                    # A workbook knows no zones.
                    sheet.write_string(number, column, expected(cell))


WRITERS: dict[str, Callable[[Path, Sequence[Row]], None]] = {
    "csv": write_csv,
    "ndjson": write_ndjson,
    "json": write_json,
    "parquet": write_parquet,
    "excel": write_excel,
}


def mapping(folder: Path, form: str, *, options: str = "") -> Path:
    """The one mapping, of which only `format` differs."""
    path = folder / f"{form}.yaml"
    path.write_text(MAPPING.format(format=f"{{type: {form}{options}}}"), encoding="utf-8")
    return path


def read_texts(path: Path, mapping_path: Path, *, size: int = 1 << 20) -> list[tuple[str | None, ...]]:
    """The cells of every record as ingest takes them, in the order of COLUMNS."""
    plan = read_mapping(mapping_path)
    pieces = [piece.rows for piece in open_records(path, plan).pieces(lambda: size)]
    rows = (
        trimmed(pl.concat(pieces), plan) if pieces else pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    )
    return rows.select(COLUMNS).rows()
