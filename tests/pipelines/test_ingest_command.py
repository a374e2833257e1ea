"""`kefu ingest` of several files: patterns, a total, all or none opened, a fault in the middle of one."""

import gzip
import io
import json
import os
from pathlib import Path

import pytest

from infra.stores import Store
from pipelines.cli import build_parser, main
from pipelines.commands import COMMANDS
from tests.pipelines.given import ROWS, desk, kefu, log_of

HEADER, FIRST, *_ = ROWS.splitlines(keepends=True)


@pytest.fixture
def environ(embedded_store: Store) -> dict[str, str]:
    """Variables that lead to a fresh store."""
    return embedded_store.settings.environ() | {"PATH": os.environ["PATH"]}


def months(folder: Path) -> Path:
    """A mapping, and three files of which the third repeats the first."""
    mapping = desk(folder, name="2026-01.csv").mapping
    desk(folder, HEADER + FIRST.replace("1,", "7,", 1), name="2026-02.csv")
    desk(folder, name="2026-03.csv")
    return mapping


def test_several_files_have_an_account_each_and_a_total(environ: dict[str, str], tmp_path: Path) -> None:
    ran = kefu("ingest", tmp_path / "2026-*.csv", "--mapping", months(tmp_path), environ=environ)
    assert ran.status == 0
    counts = [line for line in ran.stdout.splitlines() if "records =" in line]
    assert [line.removeprefix(f"{tmp_path}/").removesuffix(" Nothing new.") for line in counts] == [
        "2026-01.csv: 3 records = 2 appended + 0 already known + 1 rejected; 3 events.",
        "2026-02.csv: 1 records = 1 appended + 0 already known + 0 rejected; 2 events.",
        "2026-03.csv: 3 records = 0 appended + 2 already known + 1 rejected; 0 events.",
        "3 files: 7 records = 3 appended + 2 already known + 2 rejected; 5 events.",
    ]


def test_the_total_is_in_the_document_too(tmp_path: Path) -> None:
    asked = ("ingest", tmp_path / "*.csv", "--mapping", months(tmp_path), "--dry-run", "--format", "json")
    document = json.loads(kefu(*asked, environ={}).stdout)
    assert [file["records"] for file in document["files"]] == [3, 1, 3]
    assert (document["total"]["records"], document["total"]["appended"]) == (7, 5)


def test_nothing_is_appended_where_one_of_the_files_cannot_be_opened(
    environ: dict[str, str], embedded_store: Store, tmp_path: Path
) -> None:
    mapping = months(tmp_path)
    (tmp_path / "2026-03.csv").write_text("no,such,columns\n")
    ran = kefu("ingest", tmp_path / "*.csv", "--mapping", mapping, environ=environ)
    assert (ran.status, ran.stdout) == (1, "")
    assert "2026-03.csv: has no column" in ran.stderr
    assert log_of(embedded_store).is_empty()


def test_a_fault_in_the_middle_says_what_is_in_and_the_whole_file_repeats_none_of_it(
    environ: dict[str, str], tmp_path: Path
) -> None:
    # Digits that do not repeat, so that what is cut off is many rows.
    rows = "".join(f"{n},2026-01-05 09:00:00,{n * n * 7919},C{n * n},{n % 97}\n" for n in range(90_000))
    whole = gzip.compress((HEADER + rows).encode(), compresslevel=1)
    made = desk(tmp_path, whole[:-20_000], name="calls.csv.gz")
    ran = kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    assert (ran.status, ran.stdout) == (1, "")
    *_, said = ran.stderr.splitlines()
    assert "calls.csv.gz: ends in the middle of its gzip stream; copy or export it again; the " in said
    assert said.endswith(
        " records before that are in, and to ingest the file again when it is whole repeats nothing."
    )
    known = int(said.split("; the ")[1].split(" ")[0].replace(",", ""))
    assert 0 < known < 90_000
    made.file.write_bytes(whole)
    again = kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    assert f"90,000 records = {90_000 - known:,} appended + {known:,} already known" in again.stdout


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_somebody_who_looks_on_sees_how_far_a_packed_file_is_done(tmp_path: Path) -> None:
    made = desk(tmp_path, gzip.compress(ROWS.encode()), name="calls.csv.gz")
    shown = Terminal()
    asked = ["ingest", str(made.file), "--mapping", str(made.mapping), "--dry-run"]
    assert main(asked, environ={}, stdout=io.StringIO(), stderr=shown) == 0
    assert "calls.csv.gz" in shown.getvalue()
    size = made.file.stat().st_size
    assert f"{size}/{size} bytes" in shown.getvalue()


def test_the_store_may_be_named_after_what_a_command_is_to_do() -> None:
    parser = build_parser()
    for asked in (["rejects", "list"], ["key", "list"], ["key", "revoke", "12345678"], ["status"]):
        for place in range(1, len(asked) + 1):
            assert parser.parse_args([*asked[:place], "--store", "x", *asked[place:]]).store == "x"
        assert parser.parse_args(["--store", "x", *asked]).store == "x"
        assert parser.parse_args(asked).store is None
    assert {name for name, *_ in COMMANDS} >= {"rejects", "key", "status"}
