"""Files as other systems write them: marks, line ends, quotes, ragged rows, and lines of what is wrong."""

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import LINE
from pipelines.ingest.reading import Records, delimited_slices, open_records
from tests.pipelines.given import CALLS, desk
from tests.pipelines.ingest.fuzz.harness import examples

HEADER = "id,came,line,customer,wait\n"
GOOD = "1,2026-01-05 09:00:00,95502,C1,5\n"


def streams(folder: Path, rows: str | bytes, *, mapping: str = CALLS) -> list[str]:
    return [
        event["stream"]
        for event in desk(folder, rows, mapping=mapping).told()
        if event["topic"] == "call.offered"
    ]


@pytest.mark.parametrize(
    "rows",
    [
        HEADER + GOOD,
        "\ufeff" + HEADER + GOOD,
        (HEADER + GOOD).replace("\n", "\r\n"),
        HEADER + GOOD.rstrip("\n"),
        HEADER + "\n\n" + GOOD + "\n",
        HEADER + " 1 , 2026-01-05 09:00:00 ,95502,C1 ,5\n",
        HEADER.replace("\n", ",,\n") + GOOD.replace("\n", ",,\n"),
        HEADER + GOOD.replace("\n", ",,\n"),
        HEADER.replace("id", '"id"') + GOOD.replace("C1", '"C1"'),
        "other," + HEADER + '"a\nb",' + GOOD,
        HEADER.replace(",", " , ") + GOOD,
    ],
    ids=[
        "plain",
        "byte order mark",
        "CRLF",
        "no final newline",
        "blank lines",
        "blanks around cells",
        "trailing empty columns",
        "trailing empty cells",
        "quotes",
        "a column that is not read, with a line break",
        "blanks in the header",
    ],
)
def test_the_same_call_is_told(rows: str, tmp_path: Path) -> None:
    made = desk(tmp_path, rows)
    assert made.rehearse().account.appended == 1
    assert made.rehearse().account.records == 1
    (offered, _answered) = made.told()
    assert (offered["stream"], offered["customer_id"], offered["hotline"]) == (
        "call-desk:1",
        "desk:C1",
        "95502",
    )


def test_a_quoted_cell_may_hold_separators_quotes_and_line_breaks(tmp_path: Path) -> None:
    (event, _) = desk(tmp_path, HEADER + '1,2026-01-05 09:00:00,"a,""b""\nc",C1,5\n').told()
    assert event["hotline"] == 'a,"b"\nc'


def test_the_line_of_a_reject_counts_line_breaks_inside_quotes(tmp_path: Path) -> None:
    rows = HEADER + '1,2026-01-05 09:00:00,"a\nb\nc",,\n\n2,bad,95502,,\n3,2026-01-05 09:00:00,test,,\n'
    assert desk(tmp_path, rows).rejects() == [(6, "bad_time"), (7, "test_call")]


def test_a_stray_quote_is_taken_as_it_is(tmp_path: Path) -> None:
    rows = HEADER + '1,2026-01-05 09:00:00,5" pipe and 6" pipe,C1,5\n'
    assert desk(tmp_path, rows).told()[0]["hotline"] == '5" pipe and 6" pipe'


def test_without_a_quote_mark_quotes_are_text(tmp_path: Path) -> None:
    mapping = CALLS.replace("zone:", "format: {quote: null}\nzone:")
    rows = HEADER + '1,2026-01-05 09:00:00,"odd,C1,5\n2,2026-01-05 09:00:00,95502,C1,5\n'
    assert streams(tmp_path, rows, mapping=mapping) == ["call-desk:1", "call-desk:2"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,2026-01-05 09:00:00,95502,C1,5,six", "too_many_fields"),
        ('2,2026-01-05 09:00:00,"95502",C1,5,six', "too_many_fields"),
        ("2,2026-01-05 09:00:00", "too_few_fields"),
        ('2,"2026-01-05 09:00:00"', "too_few_fields"),
        (",2026-01-05 09:00:00,95502,C1,5", "missing_key"),
        ("2,2026-01-05 09:00:00,,C1,5", "missing_value"),
        ("2,2026-01-05 09:00:00,95502,C1,5s", "bad_value"),
    ],
)
def test_a_row_that_cannot_be_used_is_rejected_alone(row: str, reason: str, tmp_path: Path) -> None:
    made = desk(tmp_path, f"{HEADER}{GOOD}{row}\n")
    assert made.rejects() == [(3, reason)]
    assert made.rehearse().account.appended == 1


def test_a_bad_value_names_its_column_and_what_it_holds(tmp_path: Path) -> None:
    (reject,) = desk(tmp_path, f"{HEADER}1,2026-01-05 09:00:00,9,C1,5s\n").rehearse().account.listed_rejects
    assert reject.detail == "wait '5s' is not a whole number of at most 15 digits"


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"\0"], ids=["not UTF-8", "a zero byte"])
@pytest.mark.parametrize("quote", [b"", b'"'], ids=["plain", "quoted"])
def test_damage_far_into_a_file_rejects_its_row(damage: bytes, quote: bytes, tmp_path: Path) -> None:
    many = "".join(f"{number},2026-01-05 09:00:00,95502,C1,5\n" for number in range(40_000)).encode()
    rows = (
        HEADER.encode()
        + many
        + b"x,2026-01-05 09:00:00,"
        + quote
        + b"a"
        + damage
        + quote
        + b",C1,5\n"
        + GOOD.encode()
    )
    made = desk(tmp_path, rows)
    assert made.rejects() == [(40_002, "unreadable")]
    assert made.rehearse().account.appended == 40_001


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0\ufffd\ufeff", exclude_categories=["Cs"]), max_size=6
)


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.integers(1, 40))
def test_any_cut_into_pieces_reads_the_same_rows(cells: list[tuple[str, str]], size: int) -> None:
    """The obvious way: Polars writes the file, and reads it in one go."""
    with_key = [(f"k{number}", *row) for number, row in enumerate(cells)]
    frame = pl.DataFrame(with_key, schema=dict.fromkeys(("id", "line", "came"), pl.String), orient="row")
    read = _read_in_pieces(frame.write_csv(quote_style="always"), size=size)
    assert read.select("id", "line", "came").rows() == frame.rows()
    breaks = [1 + sum(part.count("\n") for part in row) for row in with_key]
    starts = [2 + sum(breaks[:number]) for number in range(len(breaks))]
    assert read[LINE].to_list() == starts


# Every mark that means something, and few others, so that most texts are odd in some way.
ODD = st.text(st.sampled_from('a1,,""\n\n\r\t ;\u3000é'), max_size=40)


@examples(60)
@given(
    ODD,
    st.integers(1, 40),
    st.sampled_from(["", "{quote: null}", "{encoding: gb18030}", "{encoding: utf16}"]),
)
def test_however_odd_a_text_is_the_rows_are_those_that_the_csv_module_splits(
    text: str, size: int, layout: str
) -> None:
    """The obvious way: one piece, and no shape seen in it."""
    with tempfile.TemporaryDirectory() as name:
        encoding = "gb18030" if "gb" in layout else "utf16" if "utf16" in layout else "utf8"
        mapping = CALLS.replace("zone:", f"format: {layout or '{}'}\nzone:")
        made = desk(Path(name), (HEADER + text).encode(encoding), mapping=mapping)
        records = open_records(made.file, read_mapping(made.mapping))
        cut = _rows(records, size=size)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delimited_slices, "quotes_seen", lambda _, layout: layout)
            patch.setattr(delimited_slices, "shape_of", lambda *_, **__: None)
            whole = _rows(records, size=1 << 20)
    assert cut.equals(whole)


def _rows(records: Records, *, size: int) -> pl.DataFrame:
    """All rows; what blanks stand around a cell is nobody's business."""
    frames = [piece.rows for piece in records.pieces(lambda: size)]
    rows = pl.concat(frames) if frames else pl.DataFrame()
    return rows.with_columns(pl.col(pl.String).str.strip_chars())


def _read_in_pieces(text: str, *, size: int) -> pl.DataFrame:
    mapping = CALLS.replace("types: {wait: integer}\n", "").replace("customer_id: customer", "tier: line")
    mapping = mapping.replace("    when: wait IS NOT NULL\n", "").replace("wait * 1000", "5")
    with tempfile.TemporaryDirectory() as name:
        made = desk(Path(name), text, mapping=mapping)
        records = open_records(made.file, read_mapping(made.mapping))
        return pl.concat([piece.rows for piece in records.pieces(lambda: size)])


def test_a_quote_that_never_closes_is_named_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited_slices, "LONGEST_RECORD", 1 << 20)
    many = GOOD * 100_000
    with pytest.raises(
        FileFault, match="the record that begins in line 3 is longer than 1 MiB; close its quote"
    ):
        desk(tmp_path, HEADER + GOOD + '2,2026-01-05 09:00:00,"open,C1,5\n' + many).rehearse()


def test_ordinals_tell_rows_without_ids_apart_over_the_whole_file(tmp_path: Path) -> None:
    mapping = CALLS.replace("key: [id]", "key: [line]\nordinal: true")
    many = GOOD * 30_000
    made = desk(tmp_path, HEADER + many, mapping=mapping)
    assert made.rehearse().account.appended == 30_000
