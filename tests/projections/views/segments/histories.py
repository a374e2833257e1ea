"""Random histories of customers for properties, and the same as rows of facts with every telling of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory
from tests.projections.views.segments.plain import Told

START = datetime(2024, 1, 29, 15, 59, 59, 999_999, tzinfo=UTC)
"""The last microsecond of 29 January in Shanghai: windows cross days and months."""
HOURS = st.integers(min_value=0, max_value=24 * 20)
CUSTOMERS = ("a", "b")
WHOLE = {"registered", "erased", "churned", "won_back"}
"""Known from the beginning and never taken back: two make one row, which facts fold and memory does not."""
ONCE = {"registered", "erased", "usage"}
SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "registered": st.just({}),
    "erased": st.just({}),
    "churned": st.just({}),
    "won_back": st.just({}),
    "complaint": st.fixed_dictionaries({"category": st.sampled_from(["bill", "speed", None])}),
    "call": st.just({}),
    "classified": st.fixed_dictionaries({"value": st.sampled_from(["gold", "plain"])}),
    "consent": st.fixed_dictionaries({"value": st.booleans()}),
    "earned": st.fixed_dictionaries({"points": st.sampled_from([Decimal("1.5"), Decimal(10)])}),
    "redeemed": st.fixed_dictionaries({"points": st.sampled_from([Decimal("0.5"), Decimal(4)])}),
    "signed": st.fixed_dictionaries(
        {
            "contract_id": st.sampled_from(["k1", "k2"]),
            "ends_at": st.none() | HOURS.map(lambda hours: START + timedelta(hours=hours)),
        }
    ),
    "ended": st.fixed_dictionaries({"contract_id": st.sampled_from(["k1", "k2"])}),
    "usage": st.fixed_dictionaries(
        {
            "period_end": st.sampled_from([date(2024, 2, 1), date(2024, 2, 10)]),
            "spend": st.sampled_from([Decimal(5), Decimal("7.25")]),
        }
    ),
}


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """Events of two customers over twenty days, told at once or late, some of them taken back."""
    told = draw(st.lists(_events(), min_size=1, max_size=14))
    numbered = [replace(one, number=number) for number, one in enumerate(told, start=1)]
    return [one for one in numbered if not _is_second(one, numbered)]


@st.composite
def _events(draw: st.DrawFn) -> Told:
    what = draw(st.sampled_from(list(SAID)))
    at = START + timedelta(hours=draw(HOURS), microseconds=draw(st.sampled_from([0, 1])))
    is_whole = what in WHOLE
    recorded_at = START if is_whole else at + timedelta(hours=draw(st.sampled_from([0, 0, 1, 30, 100])))
    voided = None if is_whole else draw(st.sampled_from([None, None, None, 2, 50]))
    return Told(
        what=what,
        customer=draw(st.sampled_from(CUSTOMERS)),
        at=at,
        recorded_at=recorded_at,
        number=0,
        voided_at=None if voided is None else recorded_at + timedelta(hours=voided),
        said=draw(SAID[what]),
    )


def _is_second(told: Told, log: Sequence[Told]) -> bool:
    """What there is one row of happens once: registering, erasing, a period's usage."""
    alike = [
        one
        for one in log
        if (one.what, one.customer, one.said.get("period_end"))
        == (told.what, told.customer, told.said.get("period_end"))
    ]
    return told.what in ONCE and alike[0] != told


def remembered(log: Sequence[Told], *rules: dict[str, Any]) -> Memory:
    """The facts of a history: a row that is taken back is told again as void."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for told in log:
        fact, row = _row(told, log)
        rows[fact] += [_enveloped(row, told)] if row else []
        if told.voided_at is not None:
            rows[fact].append(_enveloped(row, told) | {"voided": True, "last_recorded_at": told.voided_at})
    rows["organisation_rules"] = [*rules]
    return Memory({fact: frame(fact, told) for fact, told in rows.items()})


def _enveloped(row: dict[str, Any], told: Told) -> dict[str, Any]:
    times = dict.fromkeys(("first_occurred_at", "last_occurred_at"), told.at)
    recorded = dict.fromkeys(("first_recorded_at", "last_recorded_at"), told.recorded_at)
    return row | times | recorded | dict.fromkeys(("first_position", "last_position"), told.number)


def _row(told: Told, log: Sequence[Told]) -> tuple[str, dict[str, Any]]:
    """The fact and the columns of the row that an event makes; no columns where another's row has them."""
    stream, version = {"customer": f"customer-{told.customer}"}, {"version": told.number}
    own, about = stream | version, {"customer_id": told.customer}
    name, at, said = f"{told.what}-{told.number}", told.at, told.said
    rows: dict[str, tuple[str, dict[str, Any]]] = {
        "registered": ("customers", stream | {"registered_at": at, "erased_at": _erased_at(told, log)}),
        "erased": ("customers", {} if _registers(told, log) else stream | {"erased_at": at}),
        "churned": ("churns", own | {"churned_at": at, "won_back_at": _won_back_at(told, log)}),
        "won_back": ("churns", {}),
        "complaint": ("complaints", about | {"complaint": name, "filed_at": at, **said}),
        "call": ("calls", about | {"call": name, "direction": "inbound", "offered_at": at}),
        "classified": ("customer_classes", own | {"scheme": "value", "classified_at": at, **said}),
        "consent": ("consents", own | {"purpose": "any", "changed_at": at, "granted": said.get("value")}),
        "earned": ("member_lots", about | {"lot_id": name, "earned_at": at, "earned": said.get("points")}),
        "redeemed": ("point_redemptions", about | {"redemption_id": name, "redeemed_at": at, **said}),
        "signed": ("contract_turns", own | {"turn": "signed", "turned_at": at, **said}),
        "ended": ("contract_turns", own | {"turn": "ended", "turned_at": at, **said}),
        "usage": ("usage_months", stream | {"told_at": at, "period_start": said.get("period_end"), **said}),
    }
    return rows[told.what]


def _registers(told: Told, log: Sequence[Told]) -> bool:
    return any(one.what == "registered" and one.customer == told.customer for one in log)


def _erased_at(told: Told, log: Sequence[Told]) -> datetime | None:
    return next((one.at for one in log if one.what == "erased" and one.customer == told.customer), None)


def _won_back_at(told: Told, log: Sequence[Told]) -> datetime | None:
    after = [
        (one.at, one.number)
        for one in log
        if one.what == "won_back"
        and one.customer == told.customer
        and (one.at, one.number) > (told.at, told.number)
    ]
    return min(after)[0] if after else None
