"""One table in any encoding, packed in any way, is the same records; what is not of it rejects its row."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest
import zstandard

from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import FileFault
from pipelines.ingest.ingest import rehearse
from pipelines.ingest.reading import delimited_slices, open_records
from tests.pipelines.given import CALLS, NOW, Desk, desk

HEADER = "id,came,line,customer,wait\n"
CHINESE = HEADER + '1,2026-01-05 09:00:00,交强险,C1,5\n2,2026-01-05 09:01:00,"商业险,\n车损",C2,\n'
ACCENTED = HEADER + '1,2026-01-05 09:00:00,Müller,C1,5\n2,2026-01-05 09:01:00,"Zoë,\nHô",C2,\n'

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
    "two members": lambda content: gzip.compress(content[:41]) + gzip.compress(content[41:]),
}
ENCODINGS = {
    "utf8": CHINESE.encode(),
    "UTF-8": b"\xef\xbb\xbf" + CHINESE.encode(),
    "gb18030": CHINESE.encode("gb18030"),
    "gbk": CHINESE.encode("gbk"),
    "utf16": CHINESE.encode("utf-16"),
    "utf-16": CHINESE.encode("utf-16-be"),
    "utf_16": CHINESE.encode("utf-16-le"),
    "utf-16-le": ("\ufeff" + CHINESE).encode("utf-16-le"),
    "utf-32": CHINESE.encode("utf-32-be"),
    "utf-7": CHINESE.encode("utf-7"),
}


def encoded(encoding: str, *, mapping: str = CALLS) -> str:
    return mapping.replace("zone:", f"format: {{encoding: {encoding}}}\nzone:")


def chunks_of(made: Desk) -> Iterator[tuple[object, ...]]:
    """Every event, and every key and content by which a record is known."""
    from pipelines.ingest.chunks import ChunkMaker  # noqa: PLC0415
    from pipelines.ingest.doors import ForgetfulDoor  # noqa: PLC0415

    plan = read_mapping(made.mapping)
    records = open_records(made.file, plan)
    maker = ChunkMaker(records, plan, door=ForgetfulDoor(), hmac_key=bytes(32), clock=lambda: NOW)
    for one in maker.make_all():
        yield tuple(one.chunk.events.rows()), tuple(one.chunk.records.rows()), one.records


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_table_is_the_same_records_in_any_encoding(encoding: str, packed: str, tmp_path: Path) -> None:
    told = list(chunks_of(desk(tmp_path, CHINESE)))
    content = PACKED[packed](ENCODINGS[encoding])
    assert list(chunks_of(desk(tmp_path, content, mapping=encoded(encoding)))) == told


@pytest.mark.parametrize("encoding", ["latin1", "cp1252", "iso-8859-15", "utf16", "mac_roman"])
def test_accented_letters_too(encoding: str, tmp_path: Path) -> None:
    told = list(chunks_of(desk(tmp_path, ACCENTED)))
    made = desk(tmp_path, ACCENTED.encode(encoding), mapping=encoded(encoding))
    assert list(chunks_of(made)) == told


@pytest.mark.parametrize("ends", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_are_the_same_records(ends: str, tmp_path: Path) -> None:
    rows = CHINESE.replace("\n车损", "车损")
    told = list(chunks_of(desk(tmp_path, rows)))
    for encoding in ("utf8", "gb18030", "utf16"):
        content = rows.replace("\n", ends).encode(encoding)
        assert list(chunks_of(desk(tmp_path, content, mapping=encoded(encoding)))) == told


DAMAGED = {
    "utf8": ("2,2026-01-05 09:00:00,é".encode()[:-1], b",C1,5\n"),
    "gb18030": ("2,2026-01-05 09:00:00,险".encode("gb18030")[:-1], b",C1,5\n"),
    "cp1252": (b"2,2026-01-05 09:00:00,\x81", b",C1,5\n"),
    "ascii": (b"2,2026-01-05 09:00:00,\xe9", b",C1,5\n"),
    "utf-16-le": ("2,2026-01-05 09:00:00,".encode("utf-16-le") + b"\x00\xdc", ",C1,5\n".encode("utf-16-le")),
}


@pytest.mark.parametrize("encoding", DAMAGED)
def test_bytes_that_are_not_of_the_encoding_reject_their_row(encoding: str, tmp_path: Path) -> None:
    good = [f"{place},2026-01-05 09:00:00,95502,C1,5\n".encode(encoding) for place in (1, 3)]
    content = HEADER.encode(encoding) + good[0] + b"".join(DAMAGED[encoding]) + good[1]
    made = desk(tmp_path, content, mapping=encoded(encoding))
    assert made.rejects() == [(3, "unreadable")]
    assert made.rehearse().account.appended == 2


def test_a_replacement_that_somebody_else_wrote_is_text(tmp_path: Path) -> None:
    rows = f"{HEADER}1,2026-01-05 09:00:00,a\ufffdb,C1,5\n".encode() + b"2,2026-01-05 09:00:00,\xff,C1,5\n"
    made = desk(tmp_path, rows)
    assert made.rejects() == [(3, "unreadable")]
    assert made.told()[0]["hotline"] == "a\ufffdb"


SUGGESTED = {
    "GB18030 read as UTF-8": (CHINESE.replace("line", "线路").encode("gb18030"), "utf8", "gb18030"),
    "Latin-1 read as UTF-8": (ACCENTED.replace("line", "Länge").encode("latin1"), "utf8", "cp1252"),
    "UTF-16 read as UTF-8": (CHINESE.encode("utf-16"), "utf8", "utf16"),
    "UTF-16 without a mark read as UTF-8": (CHINESE.encode("utf-16-le"), "utf8", "utf16"),
    "UTF-8 read as GB18030": (CHINESE.replace("line", "线路").encode(), "gb18030", "utf8"),
    "UTF-8 read as UTF-16": (CHINESE.encode(), "utf16", "utf8"),
    "UTF-8 with a mark read as Latin-1": (b"\xef\xbb\xbf" + ACCENTED.encode(), "latin1", "utf8"),
}


@pytest.mark.parametrize("case", SUGGESTED)
def test_a_wrong_encoding_is_said_with_the_right_one(case: str, tmp_path: Path) -> None:
    content, named, likely = SUGGESTED[case]
    mapping = encoded(named)
    if named != "utf16":
        mapping = mapping.replace("hotline: line", "hotline: 线路").replace("line = 'test'", "id = 'test'")
    with pytest.raises(FileFault, match=f"set format.encoding to {likely}"):
        desk(tmp_path, content, mapping=mapping).rehearse()


def test_rows_of_another_encoding_say_which_it_may_be(tmp_path: Path) -> None:
    made = desk(tmp_path, CHINESE.encode("gb18030"))
    account = made.rehearse().account
    assert (account.records, account.rejected) == (2, 2)
    assert account.listed_rejects[0].detail == (
        "holds bytes that are not UTF-8 text; the file looks like gb18030 (format.encoding)"
    )


def test_a_packed_file_that_is_cut_is_one_sentence(tmp_path: Path) -> None:
    many = CHINESE + "".join(f"{number},2026-01-05 09:00:00,{number * 7919},,\n" for number in range(90_000))
    made = desk(tmp_path, gzip.compress(many.encode())[:-1_000])
    plan = read_mapping(made.mapping)
    with pytest.raises(FileFault, match="ends in the middle of its gzip stream; copy or export it again"):
        rehearse(open_records(made.file, plan), plan, clock=lambda: NOW)


@pytest.mark.parametrize("filling", [b"a", b",", b'"', b"\0"])
def test_a_bomb_ends_in_one_sentence(filling: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited_slices, "LONGEST_RECORD", 2 << 20)
    made = desk(tmp_path, zstandard.compress(HEADER.encode() + filling * (64 << 20)))
    with pytest.raises(FileFault, match=r"line break in its first MiB|longer than 2 MiB"):
        made.rehearse()


def test_a_bomb_of_blank_lines_is_an_empty_table(tmp_path: Path) -> None:
    made = desk(tmp_path, zstandard.compress(HEADER.encode() + b"\n" * (8 << 20)))
    assert made.rehearse().account.records == 0


def test_rows_of_a_slice_are_bounded_however_short_they_are(tmp_path: Path) -> None:
    made = desk(tmp_path, HEADER + "1\n" * 3_000_000)
    plan = read_mapping(made.mapping)
    pieces = open_records(made.file, plan).pieces(lambda: 32 << 20)
    heights = [piece.rows.height for piece in pieces]
    assert sum(heights) == 3_000_000
    assert max(heights) <= 1 << 19


def test_the_rows_of_a_packed_file_are_those_of_the_file(tmp_path: Path) -> None:
    text = CHINESE.encode("gb18030") * 3
    plan = read_mapping(desk(tmp_path, mapping=encoded("gb18030")).mapping)
    frames = []
    for content in (text, zstandard.compress(text)):
        (tmp_path / "calls.csv").write_bytes(content)
        for size in (1, 7, 1 << 20):
            pieces = open_records(tmp_path / "calls.csv", plan).pieces(lambda size=size: size)
            frames.append(pl.concat([piece.rows for piece in pieces]))
    assert all(frame.equals(frames[0]) for frame in frames)
