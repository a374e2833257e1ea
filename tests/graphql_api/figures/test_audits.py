"""Printed figures audited over GraphQL: the verdicts, readings and hints of the projections."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from projections.metrics.audit.audit import audit
from projections.metrics.audit.statements import Figure
from projections.storage.reader import StoredFacts
from tests.graphql_api.figures.given import Told
from tests.graphql_api.given import NOW

AUDIT = """{ audit(metric: "answer_rate", from: "2026-01-01", to: "2026-02-01", figure: %s) {
  figure verdict computed how hint hints position
  reproducedBy { definition from to where base how value roundings }
} }"""
JANUARY: dict[str, Any] = {"metric": "answer_rate", "start": date(2026, 1, 1), "end": date(2026, 2, 1)}


@pytest.mark.parametrize(
    ("arguments", "figure", "moments"),
    [
        ('"66.67 %"', {"figure": "66.67 %"}, {}),
        ('"66.66 %"', {"figure": "66.66 %"}, {}),
        ('"12 %"', {"figure": "12 %"}, {}),
        ('"20", claim: NUMERATOR', {"figure": "20", "claim": "numerator"}, {}),
        ('"66.67 %", definition: "unstated"', {"figure": "66.67 %", "definition": "unstated"}, {}),
        ('"66.67 %", definition: "nobody"', {"figure": "66.67 %", "definition": "nobody"}, {}),
        ('"66.67 %, 0 %", grain: MONTH', {"figure": "66.67 %, 0 %", "grain": "month"}, {}),
        (
            '"66.67 %", where: [{dimension: "queue", values: ["motor"]}]',
            {"figure": "66.67 %", "where": {"queue": ("motor",)}},
            {},
        ),
        (
            '"65.52 %", knownAt: "2026-02-01T00:00:00Z"',
            {"figure": "65.52 %"},
            {"known_at": datetime(2026, 2, 1, tzinfo=UTC)},
        ),
        ('"66.67 %", position: 40', {"figure": "66.67 %"}, {"position": 40}),
    ],
)
def test_a_figure_is_judged_as_projections_judge_it(
    told: Told, facts: StoredFacts, arguments: str, figure: dict[str, Any], moments: dict[str, Any]
) -> None:
    found = told.asking.data(AUDIT % arguments)["audit"]
    hints, readings = found.pop("hints"), found.pop("reproducedBy")
    expected = audit(facts, Figure(**{**JANUARY, **figure}), now=NOW, **moments).as_json()
    assert readings == expected.pop("reproduced_by")
    assert found == expected
    assert "; ".join(hints) == (found["hint"] or "")


def test_what_was_known_then_reproduces_what_was_printed_then(told: Told) -> None:
    """How the last call ended was told later on."""
    then = told.asking.data(AUDIT % '"65.52 %", knownAt: "2026-02-01T00:00:00Z"')["audit"]
    now = told.asking.data(AUDIT % '"65.52 %"')["audit"]
    assert (then["verdict"], now["verdict"]) == ("reproduces", "does not reproduce")
    assert now["computed"] == "66.67 %"


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('figure: "many", from: "2026-01-01", to: "2026-02-01"', "figure"),
        ('figure: "1", from: "2026-02-01", to: "2026-01-01"', "to"),
        ('figure: "1", from: "0001-01-01", to: "2026-01-01"', "from"),
        ('figure: "1", from: "2026-01-01", to: "2026-02-01", position: 999', "position"),
    ],
)
def test_what_is_no_figure_names_its_argument(told: Told, arguments: str, argument: str) -> None:
    assert told.asking.error(f'{{ audit(metric: "calls", {arguments}) {{ verdict }} }}')["extensions"] == {
        "code": "BAD_USER_INPUT",
        "argument": argument,
    }
