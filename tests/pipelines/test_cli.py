"""The `kefu` command: exit status, one sentence per error, one document for JSON, no traceback."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.stores import Store
from pipelines.cli import build_parser
from pipelines.commands import COMMANDS
from projections.views import VIEWS
from tests.pipelines.given import CALLS, ROWS, desk, kefu, log_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environ(embedded_store: Store) -> dict[str, str]:
    """Variables that lead to a fresh store."""
    return embedded_store.settings.environ() | {"PATH": os.environ["PATH"]}


def started(*argv: str | Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `kefu` as a process of its own."""
    command = [sys.executable, "-m", "pipelines.cli", *map(str, argv)]
    return subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)


def test_ingest_prints_counts_that_add_up_and_the_rejects(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    ran = kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    assert ran.status == 0
    assert ran.stdout.splitlines() == [
        f"{made.file}: 3 records = 2 appended + 0 already known + 1 rejected; 3 events.",
        "Rejected: test_call 1.",
        "  line 4: test_call",
    ]
    assert ran.stderr == (
        "This store had no time zone; it now keeps its days in Europe/Berlin, the zone of this mapping.\n"
    )


def test_a_second_ingest_says_that_there_is_nothing_new(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    ran = kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    assert ran.stdout.splitlines()[0].endswith(
        "0 appended + 2 already known + 1 rejected; 0 events. Nothing new."
    )
    assert (ran.status, ran.stderr) == (0, "")


def test_a_refused_row_is_a_failure_and_named(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    changed = desk(tmp_path, ROWS.replace("C1,5", "C1,6"))
    ran = kefu("ingest", changed.file, "--mapping", changed.mapping, environ=environ)
    assert ran.status == 1
    assert "  line 2: id 1" in ran.stdout.splitlines()


def test_json_is_one_document_and_nothing_else(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    ran = kefu("ingest", made.file, "--mapping", made.mapping, "--format", "json", environ=environ)
    (file,) = json.loads(ran.stdout)["files"]
    assert (file["records"], file["appended"], file["rejected"]) == (3, 2, 1)
    assert file["first_rejects"] == [{"line": 4, "reason": "test_call", "detail": ""}]


def test_rejects_are_written_with_file_line_reason_and_masked_cells(tmp_path: Path) -> None:
    made = desk(tmp_path, mapping=CALLS.replace("zone:", "personal: {customer: msisdn}\nzone:"))
    kept = tmp_path / "rejects.csv"
    ran = kefu("ingest", made.file, "--mapping", made.mapping, "--dry-run", "--rejects", kept, environ={})
    assert ran.status == 0
    assert kept.read_text() == (
        "file,line,reason,detail,wait,customer,came,line_,id\n"
        f'{made.file},4,test_call,"",1,***,2026-01-05 09:02:00,test,3\n'
    )


def test_a_dry_run_makes_no_store(tmp_path: Path) -> None:
    made = desk(tmp_path)
    home = tmp_path / "home"
    ran = kefu("ingest", made.file, "--mapping", made.mapping, "--dry-run", environ={"KEFU_HOME": str(home)})
    assert ran.status == 0
    assert "Nothing was written." in ran.stdout
    assert not home.exists()


def test_the_file_of_an_organisation_is_applied(
    environ: dict[str, str], embedded_store: Store, tmp_path: Path
) -> None:
    made, rules = desk(tmp_path), tmp_path / "organisation.yaml"
    rules.write_text("zone: Asia/Tokyo\nrules:\n  - {kind: limit, name: failed_limit, body: 3}\n")
    arguments = ("ingest", made.file, "--mapping", made.mapping, "--organisation", rules)
    ran = kefu(*arguments, environ=environ)
    assert ran.stderr == f"2 rules of {rules} configured.\n"
    configured = log_of(embedded_store)["state"][:2].to_list()
    assert [json.loads(state)["body"] for state in configured] == ['"Asia/Tokyo"', "3"]
    assert kefu(*arguments, environ=environ).stderr == ""


@pytest.mark.parametrize(
    ("zone", "says"),
    [("Mars/Olympus", "Mars/Olympus"), ("[", "cannot be read")],
)
def test_a_bad_file_of_an_organisation_is_one_sentence(
    zone: str, says: str, environ: dict[str, str], tmp_path: Path
) -> None:
    made, rules = desk(tmp_path), tmp_path / "organisation.yaml"
    rules.write_text(f"zone: {zone}\n")
    ran = kefu("ingest", made.file, "--mapping", made.mapping, "--organisation", rules, environ=environ)
    assert ran.status in {1, 2}
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_all_files_are_looked_at_before_the_first_is_appended(
    environ: dict[str, str], tmp_path: Path
) -> None:
    made = desk(tmp_path)
    ran = kefu("ingest", made.file, tmp_path / "missing.csv", "--mapping", made.mapping, environ=environ)
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == f"kefu: {tmp_path}/missing.csv: is not there; check the name.\n"


def test_a_mapping_at_fault_is_bad_usage(tmp_path: Path) -> None:
    made = desk(tmp_path, mapping=CALLS.replace("Europe/Berlin", "Berlin"))
    ran = kefu("mapping", "check", made.mapping, environ={})
    assert ran.status == 2
    assert ran.stderr == (
        f"kefu: {made.mapping}, line 4: 'Berlin' is not a time zone; "
        "write an IANA name such as Asia/Shanghai.\n"
    )


def test_a_good_mapping_is_shown(tmp_path: Path) -> None:
    made = desk(tmp_path)
    ran = kefu("mapping", "check", made.mapping, environ={})
    assert ran.status == 0
    assert "  tells call.answered (customer_id, wait_ms)" in ran.stdout.splitlines()


def test_a_metric_of_what_was_ingested(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    assert kefu("project", environ=environ).status == 0
    question = ("metric", "calls", "--from", "2026-01-01", "--to", "2026-02-01", "--by", "hotline")
    (row,) = json.loads(kefu(*question, "--format", "json", environ=environ).stdout)
    expected = {
        "metric": "calls",
        "definition": "count",
        "hotline": "95502",
        "value": 2,
        "n": 2,
        "mature": True,
    }
    assert expected.items() <= row.items()
    assert list(row)[:5] == ["metric", "definition", "period_start", "period_end", "hotline"]
    header, line = kefu(*question, "--format", "csv", environ=environ).stdout.splitlines()
    assert dict(zip(header.split(","), line.split(","), strict=True))["value"] == "2"
    explained = kefu("explain", *question[1:], "--events", "--format", "json", environ=environ)
    document = json.loads(explained.stdout)
    assert {row["stream"] for row in document["rows"]} == {"call-desk:1", "call-desk:2"}
    assert {event["topic"] for event in document["events"]} == {"call.offered", "call.answered"}


@pytest.mark.parametrize(
    ("argv", "status", "says"),
    [
        (["metric", "callz", "--from", "2026-01-01", "--to", "2026-02-01"], 2, "did you mean 'calls'"),
        (["metric", "calls", "--from", "2026-02-01", "--to", "2026-01-01"], 2, "is empty"),
        (["metric", "calls", "--from", "1.1.2026", "--to", "2026-01-01"], 2, "is no date or time"),
        (
            ["metric", "calls", "--from", "2026-01-01", "--to", "2026-02-01", "--where", "queue"],
            2,
            "DIM=VALUE",
        ),
        (["rebuild", "callz"], 2, "there is no fact 'callz'"),
        (["skip", "calls", "7", "--reason", "x"], 2, "is not stopped"),
        (["key", "create", "--role", "boss"], 2, "there is no role 'boss'"),
        (["key", "revoke", "00000000"], 2, "there is no live key"),
        (["nonsense"], 2, "invalid choice"),
        ([], 2, "required"),
    ],
)
def test_a_mistake_is_one_sentence(
    argv: list[str], status: int, says: str, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    kefu("project", environ=environ)
    ran = kefu(*argv, environ=environ)
    told = ran.stderr + capsys.readouterr().err
    assert (ran.status, ran.stdout) == (status, "")
    assert says in told
    assert told.count("\n") == 1


def test_refresh_stores_a_day_once(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    assert kefu("refresh", environ=environ).stderr.startswith("kefu: there are no facts yet")
    kefu("project", environ=environ)
    first = kefu("refresh", "satisfaction_scores", "--as-of", "2026-01-05", environ=environ)
    assert (first.status, first.stdout) == (
        0,
        "satisfaction_scores of 2026-01-05: 1 rows stored, at position 4.\n",
    )
    everything = kefu("refresh", "--as-of", "2026-01-05", environ=environ).stdout
    assert "satisfaction_scores of 2026-01-05: 1 rows confirmed" in everything
    assert len(everything.splitlines()) == len(VIEWS)
    assert "did you mean satisfaction_scores?" in kefu("refresh", "satisfaction", environ=environ).stderr
    ahead = kefu("refresh", "--as-of", "9000-01-01", environ=environ)
    assert (ahead.status, ahead.stdout) == (2, "")
    assert "ask for an earlier day" in ahead.stderr


def test_keys_are_made_listed_and_revoked(environ: dict[str, str]) -> None:
    made = json.loads(
        kefu("key", "create", "--role", "bi_reader", "--format", "json", environ=environ).stdout
    )
    assert (set(made), made["role"]) == ({"key", "role"}, "bi_reader")
    prefix = made["key"].split("_")[1]
    (listed,) = json.loads(kefu("key", "list", "--format", "json", environ=environ).stdout)
    assert (listed["prefix"], listed["revoked_at"]) == (prefix, None)
    assert kefu("key", "revoke", prefix, environ=environ).status == 0
    (listed,) = json.loads(kefu("key", "list", "--format", "json", environ=environ).stdout)
    assert listed["revoked_at"] is not None


def test_status_names_the_server_and_where_every_fact_stands(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    kefu("project", environ=environ)
    shown = json.loads(kefu("status", "--format", "json", environ=environ).stdout)
    assert shown["server"]["kind"] == "embedded"
    assert {fact["behind"] for fact in shown["facts"]} == {0}
    assert shown["highest_position"] == 4


def test_status_starts_no_server(tmp_path: Path) -> None:
    ran = kefu("status", environ={"KEFU_HOME": str(tmp_path / "home")})
    assert (ran.status, ran.stdout) == (0, "No server is running; any command that needs one starts it.\n")


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    made = desk(tmp_path)
    environ = {"KEFU_HOME": str(tmp_path), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/postgres"}
    ran = kefu("ingest", made.file, "--mapping", made.mapping, environ=environ)
    assert ran.status == 1
    assert ran.stderr.startswith("kefu: no PostgreSQL answers at ")
    assert ran.stderr.count("\n") == 1


def test_a_bad_setting_names_its_key() -> None:
    ran = kefu("status", environ={"KEFU_STORE": "Ünknown"})
    assert ran.status == 2
    assert ran.stderr.startswith("kefu: KEFU_STORE is 'Ünknown'")


def test_a_reader_that_closes_the_pipe_is_no_error(environ: dict[str, str], tmp_path: Path) -> None:
    made = desk(tmp_path)
    command = (
        f"{sys.executable} -m pipelines.cli mapping check {made.mapping} | true; exit ${{PIPESTATUS[0]}}"
    )
    ran = subprocess.run(
        ["bash", "-c", command], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_help_is_quick_and_names_every_command() -> None:
    build_parser()
    began = time.process_time()
    ran = started("--help", environ={"PATH": os.environ["PATH"]})
    assert ran.returncode == 0
    assert all(f"    {name} " in ran.stdout for name, *_ in COMMANDS)
    assert time.process_time() - began < 1


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys, pipelines.cli; print([m for m in ('polars', 'psycopg', 'uvicorn') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
