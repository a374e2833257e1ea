"""A statement about several figures is consistent, or the audit says why it is not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from projections.metrics.audit.audit import audit
from projections.metrics.audit.expressions import BadExpression
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.statements import UNSTATED, Figure, NamedIn, Statement
from projections.metrics.source import FactSource
from tests.projections.metrics.audit.examples import JANUARY, NOW, calls_of, complaints_of, memory
from tests.projections.metrics.examples import at, call

NOTHING = memory()


def asked(figure: str | None = None, metric: str | None = None, **said: Any) -> Figure:
    return Figure(figure=figure, metric=metric, **{**JANUARY, **said})


def judged(source: FactSource, statement: str, **said: Any) -> Finding:
    return audit(source, Statement(statement=statement, **said), now=NOW)


def by_purpose(**counts: int) -> list[dict[str, Any]]:
    numbers = iter(range(10_000))
    return [call(next(numbers), purpose=purpose) for purpose, count in counts.items() for _ in range(count)]


def test_parts_that_add_up_are_consistent() -> None:
    source = memory(calls=by_purpose(report=5, consultation=3))
    of = {name: asked(metric="calls", where={"purpose": name}) for name in ("report", "consultation")} | {
        "calls": asked(metric="calls")
    }
    found = judged(
        source, "report + consultation = 8", of=of, holds="report + consultation = 8", whole="calls"
    )
    assert (found.verdict, found.computed, found.how, found.hints) == ("consistent", "8", "5 + 3", ())
    wrong = judged(source, "report + consultation = 9", of=of, holds="report + consultation = 9")
    assert (wrong.verdict, wrong.computed) == ("does not reproduce", "8")


def test_parts_that_are_more_than_their_whole_say_how_that_can_be() -> None:
    source = memory(calls=by_purpose(report=5, consultation=3), complaints=complaints_of(4))
    of = {
        "report": asked(metric="calls", where={"purpose": "report"}),
        "complaint": asked(metric="complaints"),
        "calls": asked(metric="calls"),
    }
    found = judged(source, "9", of=of, holds="report + complaint = 9", whole="calls")
    assert found.verdict == "consistent"
    assert found.hints == (
        "more than the 8 calls: one call has several purposes, or report came by other channels",
    )


def test_shares_of_a_whole_reach_a_hundred_but_for_rounding() -> None:
    thirds = {name: Figure(figure="33.3 %") for name in ("a", "b", "c")}
    assert judged(NOTHING, "thirds", of=thirds, reaches=("a", "b", "c")).verdict == "consistent"
    two = {"contract": Figure(figure="47.69 %"), "casual": Figure(figure="50.34 %")}
    found = judged(NOTHING, "two classes", of=two, reaches=("contract", "casual"))
    assert (found.verdict, found.computed, found.how) == ("does not reproduce", "98.03", "47.69 + 50.34")
    assert found.hints == ("shares do not reach 100: 1.97 % are missing",)


def test_what_shares_imply_is_told() -> None:
    bundles = {
        "hard": Figure(figure="48.4 %"),
        "soft": Figure(figure="60.1 %"),
        "total": Figure(figure="72.7 %"),
    }
    found = judged(NOTHING, "bundles", of=bundles, implies="hard + soft - total", that="hold both")
    assert (found.verdict, found.how, found.hints) == (
        "consistent",
        "48.4 + 60.1 - 72.7",
        ("35.8 % hold both",),
    )
    impossible = {**bundles, "total": Figure(figure="40.1 %")}
    assert judged(NOTHING, "bundles", of=impossible, implies="hard + soft - total").hints == (
        "a count cannot be so",
    )


def test_what_the_facts_refute_makes_a_statement_fail() -> None:
    source = memory(calls=by_purpose(complaint=6), complaints=complaints_of(4))
    of = {
        "calls": asked("6", "calls", where={"purpose": "complaint"}),
        "petitions": asked("4", "complaints"),
    }
    said = {"implies": "calls - petitions", "that": "calls were repeats or never filed"}
    found = judged(source, "6 against 4", of=of, **said)
    assert (found.verdict, found.hints) == ("consistent", ("2 calls were repeats or never filed",))
    more = judged(source, "7 against 4", of={**of, "calls": asked("7", "calls")}, **said)
    assert (more.verdict, more.hints[-1]) == ("does not reproduce", "calls is 6")


def test_an_implied_figure_lies_where_the_printed_ones_can_lead() -> None:
    of = {"mean": Figure(figure="352,700"), "attainment": Figure(figure="110.2 %")}
    said = {"implies": "mean / attainment", "against": "target"}
    found = judged(NOTHING, "target", of={**of, "target": Figure(figure="320,000")}, **said)
    assert (found.verdict, found.computed, found.how) == ("consistent", "320,054", "352700 / 1.102")
    other = judged(NOTHING, "target", of={**of, "target": Figure(figure="318,000")}, **said)
    assert (other.verdict, other.hints) == ("does not reproduce", ("target is 318,000",))


def test_a_base_that_is_not_printed_is_told_in_every_reading() -> None:
    of = {
        "recorded": Figure(figure="22.83"),
        "presses": Figure(figure="13,021"),
        "lost": Figure(figure="10,417"),
    }
    readings = {
        "all key presses": "10,000 * presses / waybills",
        "recorded 22.83 + unattributed": "recorded + 10,000 * lost / waybills",
    }
    found = judged(NOTHING, "restated 69 per 10,000", of=of, solve="waybills", readings=readings)
    assert found.verdict == "cannot be checked"
    (hint,) = found.hints
    assert hint.startswith("the base is not printed: 1.887 M waybills if all key presses, ")
    assert hint.endswith("2.256 M if recorded 22.83 + unattributed")


def test_a_forecast_beside_a_count_is_mixed() -> None:
    of = {
        "leavers": Figure(figure="9", start=date(2011, 1, 1), end=date(2012, 1, 1)),
        "change": Figure(figure="7", start=date(2011, 1, 1), end=date(2011, 12, 1)),
    }
    said = {"of": of, "together": ("leavers", "change")}
    found = judged(NOTHING, "9 leavers, net change 7", printed=date(2011, 11, 30), **said)
    assert (found.verdict, found.hints) == (
        "mixes definitions",
        ("a forecast to December beside a count to November",),
    )
    later = judged(NOTHING, "9 leavers, net change 7", printed=date(2012, 1, 31), **said)
    assert later.hints == ("a count to December beside a count to November",)
    alike = {name: Figure(figure="7", start=of[name].start, end=date(2011, 12, 1)) for name in of}
    assert judged(NOTHING, "7 and 7", of=alike, together=("leavers", "change")).verdict == "consistent"


def set_on(day: str, *, value: str, **columns: Any) -> dict[str, Any]:
    return {
        "target": "target-x:1",
        "period_start": date(2024, 7, 1),
        "period_end": date(2024, 10, 1),
        "metric": "complaint_rate",
        "definition": "recorded_per_waybills",
        "direction": "lower",
        "value": Decimal(value),
        "set_at": at(f"{day}T00:00"),
    } | columns


def rule(valid_from: date, body: str) -> dict[str, Any]:
    return {
        "organisation": "organisation-kefu:organisation",
        "kind": "recording",
        "name": "late_shipment",
        "valid_from": valid_from,
        "body": body,
    }


QUARTER: dict[str, Any] = {"start": date(2024, 7, 1), "end": date(2024, 10, 1), "claim": "target"}


def test_a_target_set_under_the_old_rule_mixes_definitions() -> None:
    rules = [rule(date(1970, 1, 1), '"declined"'), rule(date(2024, 8, 11), '"always"')]
    source = memory(targets=[set_on("2024-07-20", value="23")], organisation_rules=rules)
    found = audit(source, asked("23", "complaint_rate", ruled_by="recording", **QUARTER), now=NOW)
    assert found.verdict == "mixes definitions"
    assert found.hints[0].startswith("set under the old recording rule, measured under the new")
    since = memory(targets=[set_on("2024-08-20", value="23")], organisation_rules=rules)
    assert audit(since, asked("23", "complaint_rate", ruled_by="recording", **QUARTER), now=NOW).verdict == (
        "reproduces"
    )


def test_a_target_that_is_not_on_record_cannot_be_checked() -> None:
    source = memory(targets=[set_on("2024-07-20", value="23")])
    assert audit(source, asked("20", "complaint_rate", **QUARTER), now=NOW).verdict == "does not reproduce"
    beyond = {**QUARTER, "end": date(2024, 11, 1)}
    assert audit(source, asked("23", "complaint_rate", **beyond), now=NOW).verdict == "cannot be checked"


def test_names_are_counted_in_a_rule() -> None:
    body = '{"volkswagen": ["s1", "s2"], "toyota": ["s3"], "ford": ["s4", "s5"], "geely": ["s6"]}'
    rules = [rule(date(2024, 1, 1), body) | {"kind": "repair_routing", "name": "motor"}]
    source, named_in = memory(organisation_rules=rules), NamedIn(rule="repair_routing", name="motor")
    five = audit(source, asked("5 units", named_in=named_in), now=NOW)
    assert (five.verdict, five.computed, five.hints) == ("does not reproduce", "6", ("six are named",))
    assert audit(source, asked("6 units", named_in=named_in), now=NOW).verdict == "reproduces"
    assert audit(NOTHING, asked("6 units", named_in=named_in), now=NOW).verdict == "cannot be checked"


def test_a_composite_beyond_all_of_its_parts_is_no_mean() -> None:
    parts = tuple(Figure(figure=text) for text in ("93.81", "86.55", "94.32", "62.47"))
    found = audit(NOTHING, Figure(figure="composite 100", parts=parts), now=NOW)
    assert found.verdict == "definition missing"
    assert found.hints == ("no mean of 93.81, 86.55, 94.32, 62.47: a threshold score",)
    within = audit(NOTHING, Figure(figure="composite 90", parts=parts), now=NOW)
    assert within.hints == ("not the plain mean of 93.81, 86.55, 94.32, 62.47",)
    assert audit(NOTHING, Figure(figure="84.29", parts=parts), now=NOW).verdict == "reproduces"


def test_a_figure_is_told_what_it_is_not() -> None:
    of = {"hard": Figure(figure="48.4 %"), "soft": Figure(figure="60.1 %"), "total": Figure(figure="72.7 %")}
    deep = asked(
        "deep 54.3 %",
        "answer_rate",
        definition=UNSTATED,
        of=of,
        readings={"who hold both": "hard + soft - total"},
    )
    found = audit(memory(calls=calls_of(answered=1, abandoned=1)), deep, now=NOW)
    assert (found.verdict, found.hints) == ("definition missing", ("not the 35.8 % who hold both",))


def test_a_statement_claims_one_thing() -> None:
    with pytest.raises(BadExpression, match="it needs one of holds"):
        judged(NOTHING, "nothing", of={})
