"""Units are ranked on what the metric says of each, the best first, and the small ones not at all."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.organisation.rankings import DEFAULT_RANKINGS
from projections.metrics.answer import answer
from projections.metrics.question import Question
from projections.views.reading import ViewReading
from projections.views.unit_ranking import UNIT_RANKING
from tests.projections.metrics.examples import at, call, complaint
from tests.projections.views.given import remembered

MAY_20 = at("2024-05-20T16:00")
NOW = at("2024-06-01T00:00")


def ranking(name: str, body: str, kind: str = "ranking") -> dict[str, Any]:
    told = {"organisation": "o", "kind": kind, "name": name, "valid_from": date(2024, 1, 1)}
    return told | {"body": body}


ANSWERS = ranking("answers", '{"metric":"answer_rate","minimum_base":2}')
FILED = ranking("filed", '{"metric":"complaints"}')


def calls(unit: str | None, answered: int, lost: int, month: int = 5) -> list[dict[str, Any]]:
    """Inbound calls of a unit on the tenth of a month, answered and abandoned."""
    when = {"unit": unit, "offered_at": datetime(2024, month, 10, 2, tzinfo=UTC)}
    start = 1000 * month + sum(map(ord, unit or ""))
    outcomes = ["answered"] * answered + ["abandoned"] * lost
    return [call(start * 100 + n, outcome=outcome, **when) for n, outcome in enumerate(outcomes)]


def reading(*rules: dict[str, Any], as_of: datetime = MAY_20, **facts: Any) -> ViewReading:
    source = remembered(organisation_rules=rules, **facts)
    return ViewReading(source=source, now=NOW, as_of=as_of, known_at=as_of)


def ranked(*rules: dict[str, Any], as_of: datetime = MAY_20, **facts: Any) -> list[dict[str, Any]]:
    return UNIT_RANKING.made(reading(*rules, as_of=as_of, **facts)).to_dicts()


def told(rows: list[dict[str, Any]], *names: str) -> dict[str | None, Any]:
    return {row["unit"]: tuple(row[name] for name in names) for row in rows}


def test_a_whole_row() -> None:
    given = [*calls("east", 3, 1), *calls("east", 1, 1, month=4), *calls("west", 2, 2)]
    east, _ = ranked(ANSWERS, calls=given)
    assert east == {
        "ranking": "answers",
        "unit": "east",
        "metric": "answer_rate",
        "definition": "line",
        "value_unit": "share",
        "direction": "higher",
        "period_start": date(2024, 5, 1),
        "rank": 1,
        "of": 2,
        "value": 0.75,
        "numerator": 3.0,
        "denominator": 4.0,
        "minimum_base": 2,
        "is_mature": True,
        "value_before": 0.5,
        "change_points": 25.0,
        "relative_change": None,
        "problem": None,
    }


def test_ties_share_a_rank_and_the_small_and_the_unnamed_have_none() -> None:
    given = [
        *calls("a", 1, 1),
        *calls("b", 2, 2),
        *calls("c", 3, 1),
        *calls("d", 0, 2),
        *calls("small", 1, 0),
        *calls(None, 2, 0),
    ]
    assert told(ranked(ANSWERS, calls=given), "rank", "of") == {
        None: (None, 4),
        "c": (1, 4),
        "a": (2, 4),
        "b": (2, 4),
        "d": (4, 4),
        "small": (None, 4),
    }


def test_where_fewer_are_better_the_fewest_are_first() -> None:
    filed = [complaint(n, unit="east" if n else "west", filed_at=at("2024-05-10T02:00")) for n in range(3)]
    rows = ranked(FILED, complaints=filed)
    assert told(rows, "rank", "value", "direction") == {"east": (2, 2.0, "lower"), "west": (1, 1.0, "lower")}


def filed_on(*days: str) -> list[dict[str, Any]]:
    return [complaint(n, unit="east", filed_at=at(f"{day}T02:00")) for n, day in enumerate(days)]


def test_a_count_is_compared_with_the_same_days_of_the_month_before() -> None:
    given = filed_on("2024-04-20", "2024-04-21", "2024-05-02", "2024-05-03", "2024-05-20")
    (row,) = ranked(FILED, complaints=given)
    assert (row["value"], row["value_before"]) == (3, 1)
    assert (row["change_points"], row["relative_change"]) == (None, 2.0)


def test_a_month_that_is_over_is_compared_with_the_whole_month_before() -> None:
    given = filed_on("2024-03-31", "2024-04-30")
    (row,) = ranked(FILED, complaints=given, as_of=at("2024-04-30T16:00"))
    assert (row["value"], row["value_before"]) == (1, 1)


def test_a_share_is_compared_with_the_whole_month_before() -> None:
    late = [call(1, unit="east", offered_at=at("2024-04-29T02:00"), outcome="abandoned")]
    (row,) = ranked(ANSWERS, calls=[*calls("east", 2, 0), *late])
    assert (row["value_before"], row["change_points"]) == (0.0, 100.0)


def test_units_are_ranked_as_units_of_a_kind() -> None:
    units = [{"unit": f"unit-{name}", "kind": kind} for name, kind in (("n", "region"), ("east", "store"))]
    moves = [
        {"unit": f"unit-{name}", "version": 1, "parent": parent, "moved_at": at("2024-01-01T00:00")}
        for name, parent in (("n", None), ("east", "n"))
    ]
    by_region = ranking("answers", '{"metric":"answer_rate","unit_kind":"region"}')
    rows = ranked(by_region, calls=[*calls("east", 1, 1), *calls("n", 1, 0)], units=units, unit_moves=moves)
    assert told(rows, "rank", "denominator") == {"n": (1, 3.0)}


def test_the_definition_in_force_is_used_and_a_ranking_s_own_goes_before_it() -> None:
    ruled = ranking("service_level", '"sl2"', kind="definition")
    asked = ranking("service", '{"metric":"service_level"}')
    own = ranking("service", '{"metric":"service_level","definition":"sl3"}')
    assert ranked(ruled, asked, calls=calls("east", 1, 1))[0]["definition"] == "sl2"
    assert ranked(ruled, own, calls=calls("east", 1, 1))[0]["definition"] == "sl3"
    assert ranked(asked, calls=calls("east", 1, 1))[0]["definition"] == "sl1"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('{"metric":"answer_rat"}', "did you mean 'answer_rate'?"),
        ('{"metric":"answer_rate","unit_kind":"moon"}', "no unit of the kind 'moon'"),
    ],
)
def test_a_ranking_that_cannot_be_made_says_why_and_stops_no_other(body: str, says: str) -> None:
    rows = ranked(ANSWERS, ranking("broken", body), calls=calls("east", 2, 0))
    assert [(row["ranking"], row["rank"]) for row in rows] == [("answers", 1), ("broken", None)]
    assert says in rows[1]["problem"]


def test_without_rules_the_default_rankings_are_made() -> None:
    rows = ranked(calls=calls("east", 30, 0))
    assert {row["ranking"] for row in rows} == {"service_level"} < set(DEFAULT_RANKINGS)
    assert rows[0]["rank"] == 1


def test_values_are_those_that_the_metric_answers() -> None:
    given = [*calls("east", 3, 1), *calls("west", 2, 2), *calls(None, 1, 0)]
    now = reading(ANSWERS, calls=given)
    question = Question(
        metric="answer_rate", start=date(2024, 5, 1), end=date(2024, 5, 21), by=("unit",), as_of=MAY_20
    )
    answers = {one.by["unit"]: one.value for one in answer(now.source, question, now=NOW)}
    rows = UNIT_RANKING.made(now)
    assert told(rows.to_dicts(), "value") == {unit: (value,) for unit, value in answers.items()}
    (check,) = UNIT_RANKING.reconciliations
    assert check.differences(now, rows).is_empty()
    assert check.differences(now, rows.head(1)).height == 1
