"""`kefu view`: what views there are, and the rows of one, of a stored day or made as of a moment."""

import json
from collections.abc import Iterator

import pytest

from pipelines.commands.view import LISTED
from projections.views import VIEWS
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import desk, kefu

DAY = "2026-01-05"


@pytest.fixture(scope="module")
def environ(
    embedded_server: RunningServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """A store with two calls, of which the views of a day are stored."""
    made = desk(tmp_path_factory.mktemp("desk"))
    for store in fresh_store(embedded_server):
        told = {**store.settings.environ()}
        kefu("ingest", made.file, "--mapping", made.mapping, environ=told)
        kefu("project", environ=told)
        assert kefu("refresh", "satisfaction_scores", "--as-of", DAY, environ=told).status == 0
        yield told


def test_without_a_name_every_view_is_listed_with_its_stored_days(environ: dict[str, str]) -> None:
    rows = json.loads(kefu("view", "--format", "json", environ=environ).stdout)
    assert [row["view"] for row in rows] == [view.name for view in VIEWS]
    stored = {row["view"]: (row["days"], row["first_day"]) for row in rows}
    assert stored["satisfaction_scores"] == (1, DAY)
    assert {days for name, (days, _) in stored.items() if name != "satisfaction_scores"} == {0}
    assert set(rows[0]) == set(LISTED)


def test_a_stored_day_is_shown_as_it_is_stored(environ: dict[str, str]) -> None:
    shown = kefu("view", "satisfaction_scores", "--day", DAY, "--format", "json", environ=environ)
    (row,) = json.loads(shown.stdout)
    assert (row["survey"], row["contacts"], row["unrated"]) == ("call", 1, 1)
    assert shown.stderr == "1 of 1 rows, stored, at position 4.\n"


def test_another_day_or_moment_is_made_now(environ: dict[str, str]) -> None:
    day = kefu("view", "satisfaction_scores", "--day", "2026-01-06", environ=environ)
    assert "made now, at position 4" in day.stderr
    before = kefu("view", "satisfaction_scores", "--as-of", DAY, environ=environ)
    assert before.stderr == "0 of 0 rows, made now, at position 4.\n"


def test_rows_are_kept_by_their_values(environ: dict[str, str]) -> None:
    def kept(*where: str) -> str:
        arguments = [part for one in where for part in ("--where", one)]
        return kefu("view", "satisfaction_scores", "--day", DAY, *arguments, environ=environ).stderr

    assert kept("survey=call", "unit=").startswith("1 of 1 rows")
    assert kept("survey=mutual").startswith("0 of 0 rows")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["satisfaction"], "did you mean satisfaction_scores?"),
        (["satisfaction_scores", "--where", "colour=red"], "whose columns are month, survey"),
        (["satisfaction_scores", "--day", DAY, "--as-of", DAY], "leave out --as-of"),
        (["satisfaction_scores", "--day", "9000-01-01"], "before the day ends"),
        (["satisfaction_scores", "--position", "99"], "run `kefu project`"),
    ],
    ids=str,
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(
    environ: dict[str, str], arguments: list[str], says: str
) -> None:
    ran = kefu("view", *arguments, environ=environ)
    assert (ran.status, ran.stdout, says in ran.stderr) == (2, "", True)
    assert ran.stderr.count("\n") == 1
