"""A cell is text, whichever format carries it: one table read from every format is the same records."""

import gzip
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import zstandard
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from infra.stores import Store
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import FileFault
from pipelines.ingest.reading import open_records, unpacked_copy
from tests.pipelines.given import Desk, kefu
from tests.pipelines.ingest.reading.forms import COLUMNS, ROWS, WRITERS, Row, mapping, read_texts
from tests.pipelines.ingest.test_keep_rejects import kept

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
    Row(
        id="3",
        words="x",
        whole=-1,
        amount=Decimal("12345678.5"),
        yes=False,
        day=AT.date(),
        local=None,
        moment=AT,
    ),
)
"""Two good records, and one whose time is missing."""


def _trimmed(texts: Sequence[str | None]) -> tuple[str | None, ...]:
    return tuple((text or "").strip() or None for text in texts)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("form", WRITERS)
def test_a_packed_file_says_the_same(form: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / f"table.{form}"
    WRITERS[form](path, TABLE)
    packed = tmp_path / "packed"
    packed.write_bytes(pack(path.read_bytes()))
    mapped = mapping(tmp_path, form)
    assert read_texts(packed, mapped) == read_texts(path, mapped)
    records = open_records(packed, read_mapping(mapped))
    assert [piece.ends for piece in records.pieces(lambda: 1 << 20)][-1] == records.size
    assert (records.path, records.size) == (packed, packed.stat().st_size)


@pytest.mark.parametrize("form", ["excel", "parquet"])
def test_a_packed_file_that_unpacks_to_too_much_is_refused(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacked_copy, "MOST_UNPACKED", 1 << 20)
    bomb = tmp_path / "bomb"
    bomb.write_bytes(gzip.compress(bytes(3 << 20)))
    with pytest.raises(FileFault, match="bomb: unpacks to more than 0 GiB; unpack it yourself"):
        open_records(bomb, read_mapping(mapping(tmp_path, form)))


def test_a_table_told_again_in_another_format_is_known(embedded_store: Store, tmp_path: Path) -> None:
    accounts = {}
    for form, write in WRITERS.items():
        file = tmp_path / f"table.{form}"
        write(file, TABLE)
        accounts[form] = Desk(mapping=mapping(tmp_path, form), file=file).ingest(embedded_store)
    assert accounts["csv"].appended == 2
    assert {form: one.known for form, one in accounts.items()} == {"csv": 0} | {
        form: 2 for form in WRITERS if form != "csv"
    }
    assert {one.rejected for one in accounts.values()} == {1}
    # A rejected row is kept with the same cells too, so that corrections and replays are the same.
    rejected = [row["cells"] for row in kept(embedded_store)]
    assert rejected == [dict(zip(COLUMNS, _trimmed(TABLE[2].texts), strict=True))] * len(WRITERS)


@pytest.mark.parametrize(
    ("form", "line"), [("csv", 4), ("ndjson", 3), ("json", 3), ("parquet", 3), ("excel", 4)]
)
def test_a_dry_run_tells_what_would_come_of_it(form: str, line: int, tmp_path: Path) -> None:
    file = tmp_path / "table"
    WRITERS[form](file, TABLE)
    ran = kefu("ingest", file, "--mapping", mapping(tmp_path, form), "--dry-run", environ={})
    assert "3 records = 2 would be appended + 0 already known + 1 rejected; 2 events." in ran.stdout
    assert f"line {line}: missing_value" in ran.stdout
