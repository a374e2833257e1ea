"""`kefu rejects`: what it lists is not personal, what it shows is the row, an error is one sentence."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.key_store.rejected_rows import RejectedRows, Which
from infra.stores import Store
from pipelines.commands.rejects import HINT
from pipelines.mapping_places import mapping_named
from tests.pipelines.given import CALLS, ROWS, Ran, desk, kefu

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
    assert ran.stderr.splitlines() == ["… and 1 more; --limit shows them.", HINT]


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


MENDED = CALLS.replace("line = 'test'", "line = 'none'")


def replayed(*argv: str | Path, environ: dict[str, str]) -> Ran:
    return kefu("rejects", "replay", *argv, environ=environ)


def own_mapping(store: Store, text: str, *, name: str = "desk") -> Path:
    """A mapping where a store keeps its own."""
    folder = store.settings.home / store.settings.store / "mappings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_rows_are_told_again_by_the_stores_own_mapping_of_that_name(
    environ: dict[str, str], embedded_store: Store, tmp_path: Path
) -> None:
    file = ingested(environ, tmp_path)
    own_mapping(embedded_store, MENDED)
    rehearsed = replayed("--dry-run", environ=environ)
    ran = replayed(environ=environ)
    assert (ran.status, ran.stderr) == (0, "")
    first, *rest = ran.stdout.splitlines()
    assert first == f"{file}: 2 kept rows = 1 appended + 0 already known + 1 rejected again; 2 events."
    assert rehearsed.stdout.splitlines()[1:] == rest
    assert rest[0] == "Rejected: bad_time 1."
    assert len(ids(environ)) == 1


def test_one_row_is_told_again_by_a_mapping_that_is_named(environ: dict[str, str], tmp_path: Path) -> None:
    ingested(environ, tmp_path)
    mapping = tmp_path / "desk.yaml"
    mapping.write_text(MENDED, encoding="utf-8")
    first, second = ids(environ)
    ran = replayed(str(first), "--mapping", mapping, "--format", "json", environ=environ)
    document = json.loads(ran.stdout)
    [told] = document["files"]
    assert document["dry_run"] is False
    assert (told["mapping"], told["kept"], told["appended"], told["left_out"]) == ("desk", 1, 1, {})
    assert ids(environ) == [second]


def test_a_row_refused_fails(environ: dict[str, str], tmp_path: Path) -> None:
    ingested(environ, tmp_path)
    other = desk(tmp_path, ROWS.replace("test", "9"), name="other.csv")
    assert kefu("ingest", other.file, "--mapping", other.mapping, environ=environ).status == 0
    other.mapping.write_text(MENDED, encoding="utf-8")
    ran = replayed("--mapping", other.mapping, "--reason", "test_call", environ=environ)
    assert (ran.status, len(ids(environ))) == (1, 2)
    assert "1 changed and refused" in ran.stdout


def test_a_mapping_that_is_not_found_is_asked_for(environ: dict[str, str], tmp_path: Path) -> None:
    ingested(environ, tmp_path)
    ran = replayed(environ=environ)
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.startswith("kefu: mapping 'desk' is not in ")
    assert ran.stderr.endswith("or name its file with --mapping.\n")


def test_nothing_to_tell_again(environ: dict[str, str], tmp_path: Path) -> None:
    ran = replayed(environ=environ)
    assert (ran.status, ran.stdout) == (0, "")
    assert ran.stderr.startswith("No such row is kept")
    gone = replayed("7", environ=environ)
    assert (gone.status, gone.stderr[:32]) == (2, "kefu: there is no rejected row 7")


def test_a_mapping_that_comes_with_kefu_is_found_by_its_name(embedded_store: Store) -> None:
    settings = embedded_store.settings
    assert mapping_named("bank_calls", settings).parent.name == "mappings"
    own = own_mapping(embedded_store, CALLS, name="bank_calls")
    assert mapping_named("bank_calls", settings).parent == own
