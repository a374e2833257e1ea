"""A cell is text, whichever format carries it: one table read from every format is the same records."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from infra.stores import Store
from tests.pipelines.given import Desk
from tests.pipelines.ingest.reading.forms import ROWS, WRITERS, Row, mapping, read_texts

EXAMPLES = {"excel": 4, "csv": 20, "ndjson": 30, "json": 30, "parquet": 30}
"""A sheet is read by a program of its own, whose start takes long."""

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""Examples are small as they are; to make them smaller takes minutes."""


@pytest.mark.parametrize("form", WRITERS)
def test_every_cell_is_its_one_text(form: str) -> None:
    @settings(max_examples=EXAMPLES[form], deadline=None, phases=PHASES)
    @given(ROWS, st.integers(1, 400))
    def holds(rows: list[Row], size: int) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / f"table.{form}"
            WRITERS[form](path, rows)
            assert read_texts(path, mapping(Path(name), form), size=size) == [
                _trimmed(row.texts) for row in rows
            ]

    holds()


AT = datetime(2026, 1, 31, 9, 0, 1, tzinfo=UTC)
TABLE = (
    Row(
        id="1",
        words="客服",
        whole=7,
        amount=Decimal("1.10"),
        yes=True,
        day=AT.date(),
        local=AT.replace(tzinfo=None),
        moment=AT,
    ),
    Row(
        id="2",
        words=None,
        whole=None,
        amount=None,
        yes=None,
        day=None,
        local=datetime(2026, 1, 31, 10, 0),  # noqa: DTZ001 (a local time)
        moment=None,
    ),
)


def _trimmed(texts: Sequence[str | None]) -> tuple[str | None, ...]:
    return tuple((text or "").strip() or None for text in texts)


def test_a_table_told_again_in_another_format_is_known(embedded_store: Store, tmp_path: Path) -> None:
    rows = list(TABLE)
    accounts = {}
    for form, write in WRITERS.items():
        file = tmp_path / f"table.{form}"
        write(file, rows)
        accounts[form] = Desk(mapping=mapping(tmp_path, form), file=file).ingest(embedded_store)
    assert accounts["csv"].appended == len(rows)
    assert {form: (one.records, one.known) for form, one in accounts.items() if form != "csv"} == {
        form: (len(rows), len(rows)) for form in WRITERS if form != "csv"
    }
