"""`kefu audit` says what reproduces a printed figure, one or a file of them, and needs to know its time."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import desk, kefu

JANUARY = ("--from", "2026-01-01", "--to", "2026-02-01")
FIGURES = """\
printed: 2026-02-10
from: 2026-01-01
to: 2026-02-01
figures:
  - {figure: "2 calls", metric: calls}
  - statement: "one of two"
    of: {answered: {figure: "1", metric: answer_rate, as: numerator}, calls: {figure: "2", metric: calls}}
    implies: calls - answered
    that: was never answered
"""


@pytest.fixture(scope="module")
def environ(embedded_server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Variables that lead to a store with two calls, one of them answered and the other without an end."""
    for store in fresh_store(embedded_server):
        filled(store, tmp_path_factory.mktemp("desk"))
        yield store.settings.environ()


def filled(store: Store, folder: Path) -> None:
    made = desk(folder)
    variables = store.settings.environ()
    assert kefu("ingest", made.file, "--mapping", made.mapping, environ=variables).status == 0
    assert kefu("project", environ=variables).status == 0


def audited(environ: dict[str, str], *asked: str | Path) -> list[dict[str, Any]]:
    ran = kefu("audit", *asked, "--format", "json", environ=environ)
    assert (ran.status, ran.stderr) == (0, "")
    findings: list[dict[str, Any]] = json.loads(ran.stdout)
    return findings


def test_a_figure_on_the_command_line_gets_its_verdict(environ: dict[str, str]) -> None:
    (found,) = audited(environ, "answer_rate", "100.0", "%", *JANUARY)
    assert (found["figure"], found["verdict"], found["how"]) == ("100.0 %", "reproduces", "1 / 1")
    assert found["reproduced_by"][0] == {
        "definition": "answer_rate.line",
        "from": "2026-01-01",
        "to": "2026-02-01",
        "where": {},
        "base": None,
        "how": "1 / 1",
        "value": 100.0,
        "roundings": ["half up", "half even", "truncated"],
    }


def test_several_figures_are_audited_one_by_one_or_as_a_series(environ: dict[str, str]) -> None:
    both = audited(environ, "calls", "2", "3", *JANUARY)
    assert [one["verdict"] for one in both] == ["reproduces", "does not reproduce"]
    year = ("--from", "2025-12-01", "--to", "2026-02-01")
    (series,) = audited(environ, "calls", "2", "2", *year, "--grain", "month")
    assert (series["figure"], series["verdict"]) == ("2, 2", "does not reproduce")
    assert series["hint"] == "nothing gives 2 (December)"


def test_a_table_has_a_line_for_each_figure(environ: dict[str, str]) -> None:
    shown = kefu("audit", "answer_rate", "5.0 %", *JANUARY, environ=environ).stdout.splitlines()
    assert shown[0].split() == ["figure", "verdict", "computed", "how", "hint"]
    assert shown[1].startswith("5.0 %   does not reproduce  100.0 %   1 / 1  a base of 20 would give it")


def test_a_file_of_figures_and_statements(environ: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "figures.yaml"
    path.write_text(FIGURES)
    found = audited(environ, "--figures", path)
    assert [(one["figure"], one["verdict"], one["hint"]) for one in found] == [
        ("2 calls", "reproduces", None),
        ("one of two", "consistent", "1 was never answered"),
    ]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((), "kefu audit needs the name of a metric and a figure, or --figures FILE.yaml alone."),
        (("calls",), "needs the name of a metric and a figure"),
        (("calls", "2"), "kefu audit needs --from and --to"),
        (("calls", "two", *JANUARY), "there is no number in 'two'"),
        (("calls", "2", "--from", "2026-02-01", "--to", "2026-01-01"), "is empty"),
        (("calls", "2", *JANUARY, "--where", "x"), "--where 'x' must be DIM=VALUE"),
        (("--figures", "no.yaml"), "no.yaml: cannot be read: No such file or directory."),
    ],
)
def test_what_cannot_be_audited_is_said_in_a_sentence(
    asked: tuple[str, ...], says: str, environ: dict[str, str]
) -> None:
    ran = kefu("audit", *asked, environ=environ)
    assert (ran.status, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1
