"""Other people's suites pass against our endpoint, and how far each came is read from what it says."""

from collections.abc import Iterator

import pytest

from tests.api_suites.__main__ import table
from tests.api_suites.kit import BESIDE, Kit, PartNotInstalled, copied, why_missing
from tests.api_suites.served import asked
from tests.api_suites.suites import SUITES, Asked, Outcome, Suite, ran
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import call_row, calls_told

BY_NAME = {suite.name: suite for suite in SUITES}
# The others take half a minute and more: `make api-suites` runs them all.
QUICK = ("audits", "lint", "clients", "gql")


@pytest.fixture(scope="module")
def kit() -> Kit:
    """The copy of the kit that lies beside the checkout."""
    if missing := why_missing(BESIDE):
        pytest.skip(missing)
    return copied(BESIDE)


@pytest.fixture(scope="module")
def given(kit: Kit, embedded_server: RunningServer) -> Iterator[Asked]:
    """A served store with three hundred calls."""
    for store in fresh_store(embedded_server):
        calls_told(store, [call_row(number) for number in range(300)])
        with asked(store.settings, against=None, seconds=1.0) as served:
            yield served


@pytest.mark.parametrize("name", QUICK)
def test_a_suite_of_other_people_passes(name: str, kit: Kit, given: Asked) -> None:
    try:
        kit.part(BY_NAME[name].part)
    except PartNotInstalled as problem:
        pytest.skip(str(problem))
    outcome = ran(BY_NAME[name], kit, given)
    assert outcome.is_met, outcome.said


@pytest.mark.parametrize(
    ("name", "said", "reached"),
    [
        ("audits", "SHOULD 22/23  MUST 13/13  MAY 25/25  TOTAL 60/61\n", "60/61"),
        ("audits", "unreachable: refused\n", "nothing said"),
        (
            "lint",
            "Relay rules (@graphql-eslint): 2\ngraphql-schema-linter: 1\nbreaking changes: 1 [ 'gone' ]\n",
            "2 Relay, 1 linter, 1 breaking",
        ),
        ("clients", "ok   urql POST\nFAIL apollo GET \nok   okay\n", "2/3"),
        ("gql", "Traceback (most recent call last):\n", "0/0"),
        ("codegen", "ok codegen: gql.ts graphql.ts 29764 bytes of types\n", "types generated and checked"),
        ("schemathesis", "Failed to load schema\n", "nothing said"),
    ],
)
def test_how_far_a_suite_came_is_read_from_what_it_says(name: str, said: str, reached: str) -> None:
    assert BY_NAME[name].reached(said) == reached


@pytest.mark.parametrize(
    ("reached", "exit_status", "verdict"),
    [("61/61", 0, "met"), ("60/61", 0, "not met"), ("61/61", 1, "not met")],
)
def test_a_suite_is_met_by_what_it_says_and_by_how_it_ends(
    reached: str, exit_status: int, verdict: str
) -> None:
    outcome = _outcome(BY_NAME["audits"], reached=reached, exit_status=exit_status)
    assert outcome.is_met is (verdict == "met")
    assert f"61/61    {verdict}" in table([outcome])


def _outcome(suite: Suite, *, reached: str, exit_status: int) -> Outcome:
    return Outcome(
        suite=suite, reached=reached, exit_status=exit_status, seconds=0.5, peak_bytes=10**8, said=""
    )
