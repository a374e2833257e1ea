"""`kefu rejects`: what it lists is not personal, what it shows is the row, an error is one sentence."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from tests.pipelines.given import ROWS, desk, kefu

MORE = "5,yesterday,95502,C9,1\n"


@pytest.fixture
def environ(embedded_store: Store) -> dict[str, str]:
    """Variables that lead to a fresh store."""
    return embedded_store.settings.environ() | {"PATH": os.environ["PATH"]}


def ingested(environ: dict[str, str], folder: Path) -> Path:
    """A file with two rejected rows, in lines 4 and 5."""
    made = desk(folder, ROWS + MORE)
    assert kefu("ingest", made.file, "--mapping", made.mapping, environ=environ).status == 0
    return made.file


def ids(environ: dict[str, str]) -> list[int]:
    listed = kefu("rejects", "list", "--format", "json", environ=environ)
    return [row["id"] for row in json.loads(listed.stdout)["rejects"]]


def test_the_list_says_where_and_why_and_nothing_of_the_row(environ: dict[str, str], tmp_path: Path) -> None:
    file = ingested(environ, tmp_path)
    listed = kefu("rejects", "list", "--format", "json", environ=environ)
    document = json.loads(listed.stdout)
    assert document["count"] == 2
    told = [{key: row[key] for key in row if key not in {"id", "rejected_at"}} for row in document["rejects"]]
    assert told == [
        {"mapping": "desk", "file": str(file), "line": 4, "reason": "test_call"},
        {"mapping": "desk", "file": str(file), "line": 5, "reason": "bad_time"},
    ]
    table = kefu("rejects", "list", "--reason", "bad_time", "--file", file.name, environ=environ)
    header, row = table.stdout.splitlines()
    assert header.split() == ["id", "mapping", "file", "line", "reason", "rejected_at"]
    assert row.split()[1:5] == ["desk", str(file), "5", "bad_time"]
    assert "C9" not in listed.stdout + table.stdout


def test_a_list_says_how_many_it_leaves_out(environ: dict[str, str], tmp_path: Path) -> None:
    ingested(environ, tmp_path)
    ran = kefu("rejects", "list", "--limit", "1", environ=environ)
    assert len(ran.stdout.splitlines()) == 2
    assert ran.stderr == "… and 1 more; --limit shows them.\n"


def test_show_reveals_one_row(environ: dict[str, str], tmp_path: Path) -> None:
    file = ingested(environ, tmp_path)
    ran = kefu("rejects", "show", str(ids(environ)[1]), environ=environ)
    first, second, *cells = ran.stdout.splitlines()
    assert first == f"{file}, line 5: bad_time: came 'yesterday' is no time of the form %Y-%m-%d %H:%M:%S"
    assert second.startswith("  rejected by mapping desk on ")
    assert sorted(cells) == ["  came: yesterday", "  customer: C9", "  id: 5", "  line: 95502", "  wait: 1"]
    document = json.loads(
        kefu("rejects", "show", str(ids(environ)[0]), "--format", "json", environ=environ).stdout
    )
    assert document["cells"] == {
        "id": "3",
        "came": "2026-01-05 09:02:00",
        "line": "test",
        "customer": "C2",
        "wait": "1",
    }


def test_what_was_kept_for_thirty_days_is_gone_when_it_is_asked_for(
    environ: dict[str, str], embedded_store: Store, tmp_path: Path
) -> None:
    desk(tmp_path).ingest(embedded_store, now=datetime.now(UTC) - timedelta(days=40))
    assert RejectedRows(embedded_store.keys).count(Which()) > 0
    assert ids(environ) == []
    assert RejectedRows(embedded_store.keys).count(Which()) == 0


def test_a_row_that_is_not_kept_is_one_sentence(environ: dict[str, str]) -> None:
    ran = kefu("rejects", "show", "7", environ=environ)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("kefu: there is no rejected row 7: ")
    assert len(ran.stderr.splitlines()) == 1


def test_an_id_is_a_number(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert kefu("rejects", "show", "x", environ=environ).status == 2
    assert "'x' is no whole number" in capsys.readouterr().err


def test_the_help_warns_of_personal_data(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (("rejects", "--help"), ("rejects", "show", "--help")):
        assert kefu(*argv, environ=environ).status == 0
        assert "PERSONAL DATA" in capsys.readouterr().out
