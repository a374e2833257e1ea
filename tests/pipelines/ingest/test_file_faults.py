"""A file that cannot be the table its mapping describes: one sentence, before anything is done."""

import os
import time
from pathlib import Path

import pytest

from pipelines.ingest.faults import FileFault
from tests.pipelines.given import CALLS, ROWS, desk

FAULTS: dict[str, tuple[str | bytes, str]] = {
    "missing column": (
        ROWS.replace("customer", "client"),
        (
            "has no column 'customer', which the mapping reads in line 13; "
            "its columns are id, came, line, client, wait."
        ),
    ),
    "wrong separator": (
        ROWS.replace(",", ";"),
        (
            "is separated by a semicolon, not by a comma as the mapping says (found 1 column); "
            "set format.separator to ';'."
        ),
    ),
    "tabs": (ROWS.replace(",", "\t"), "is separated by a tab"),
    "empty": ("", "is empty; export it again, with a header line."),
    "blank": ("\n \n", "is empty"),
    "a column twice": (ROWS.replace("customer", "line", 1), "has no column 'customer'"),
    "the same column twice": ("wait," + ROWS.replace("\n", "\n0,"), "has the column 'wait' more than once"),
    "zero bytes": (b"\0" * 100, "is not text"),
    "not UTF-8": ("id,came,线路\n".encode("gb18030"), "is not UTF-8 text"),
    "UTF-16": (ROWS.encode("utf-16"), "is utf16, not UTF-8 text; set format.encoding to utf16."),
    "a workbook": (b"PK\x03\x04rest", "is a zip archive"),
    "one endless line": ("a" * (2 << 20), "has no line break in its first MiB"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(fault: str, tmp_path: Path) -> None:
    rows, says = FAULTS[fault]
    made = desk(tmp_path, rows)
    with pytest.raises(FileFault) as raised:
        made.rehearse()
    assert str(raised.value).startswith(f"{made.file}: ")
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_status == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    made = desk(tmp_path)
    made.file.unlink()
    with pytest.raises(FileFault, match="is not there; check the name"):
        made.rehearse()


def test_a_folder(tmp_path: Path) -> None:
    made = desk(tmp_path)
    made.file.unlink()
    made.file.mkdir()
    with pytest.raises(FileFault, match="is a folder; name a file"):
        made.rehearse()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_we_may_not_read(tmp_path: Path) -> None:
    made = desk(tmp_path)
    made.file.chmod(0)
    with pytest.raises(FileFault, match="cannot be read: Permission denied"):
        made.rehearse()


@pytest.mark.parametrize("byte", [b"\0", b"\xff", b"a"], ids=["zeros", "no text", "one line"])
def test_a_gigabyte_of_garbage_is_refused_by_its_head(byte: bytes, tmp_path: Path) -> None:
    made = desk(tmp_path, byte * (2 << 20))
    with made.file.open("r+b") as file:
        file.truncate(1 << 30)
    began = time.process_time()
    with pytest.raises(FileFault):
        made.rehearse()
    # Reading a gigabyte takes longer than this by far; the head takes milliseconds.
    assert time.process_time() - began < 1


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    made = desk(tmp_path, "id,came,line,customer,wait\n", mapping=CALLS)
    account = made.rehearse().account
    assert (account.records, account.appended) == (0, 0)


@pytest.mark.parametrize("shift", range(4))
def test_a_character_across_the_end_of_the_head_is_no_fault(shift: int, tmp_path: Path) -> None:
    line = "x" * shift + "险种" * 600
    rows = "".join(f"{number},2026-01-05 09:00:00,{line},,\n" for number in range(400))
    made = desk(tmp_path, "id,came,line,customer,wait\n" + rows)
    assert made.file.stat().st_size > 1 << 20
    assert made.rehearse().account.records == 400
