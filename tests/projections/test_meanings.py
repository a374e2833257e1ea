"""Every column means something, numbers say what they count, and ids say whose they are."""

from collections import Counter
from decimal import Decimal
from typing import Annotated

import pytest

from projections.column_meanings import MEANINGS_IN_STREAM, SHARED_MEANINGS
from projections.column_units import NOT_COUNTED, UNIT_OF_NAME, UNITS_HERE
from projections.facts import FACTS, SPECS
from projections.facts.calls import Call
from projections.facts.claim_delegations import ClaimDelegation
from projections.facts.complaint_penalties import ComplaintPenalty
from projections.facts.row import First, Key, Row
from projections.facts.spec import ENVELOPE
from projections.facts.unit_moves import UnitMove
from projections.facts.units import Unit
from projections.meanings import (
    INSTEAD,
    Reference,
    columns_of,
    meanings,
    reference,
    reference_of,
    texts_below_fields,
    unit_of,
)
from projections.names_zh import COLUMN_NAMES_ZH, FACT_NAMES_ZH
from projections.views import VIEWS
from projections.views.points_liability import PointsLiability

ROWS = (*FACTS, *(view.row for view in VIEWS))
NAMES = [f"{row.__module__.rpartition('.')[2]}.{row.__name__}" for row in ROWS]
every_row = pytest.mark.parametrize("row", ROWS, ids=NAMES)


@every_row
def test_every_column_has_a_meaning_of_its_own(row: type) -> None:
    told = meanings(row)
    assert INSTEAD not in told.values()
    for name, meaning in told.items():
        assert meaning.endswith("."), name
        assert meaning.rstrip(".").lower().replace(" ", "_") != name


@every_row
def test_a_text_below_a_field_is_of_a_column(row: type) -> None:
    own = {
        name
        for one in row.__mro__
        if one not in (Row, object)
        for name, _ in texts_below_fields(one)
        if name.islower()
    }
    assert own <= set(columns_of(row))


@every_row
def test_no_two_columns_of_a_row_mean_the_same(row: type) -> None:
    times = Counter(meanings(row).values())
    assert [meaning for meaning, often in times.items() if often > 1] == []


def test_a_fact_tells_its_columns_and_those_of_every_row() -> None:
    envelope = ["voided", *(name for name, *_ in ENVELOPE)]
    for fact in FACTS:
        own = [column.name for column in SPECS[fact.NAME].columns]
        assert list(meanings(fact)) == [*own, *envelope]


def test_a_view_tells_its_columns_in_their_order() -> None:
    for view in VIEWS:
        assert list(meanings(view.row)) == list(view.schema)


def test_shared_meanings_are_of_columns_that_there_are() -> None:
    named = Counter(name for row in ROWS for name in columns_of(row))
    assert [name for name in SHARED_MEANINGS if named[name] < 2] == []
    for stream, told in MEANINGS_IN_STREAM.items():
        columns = {name for fact in FACTS if stream == fact.STREAM for name in columns_of(fact)}
        assert set(told) <= columns


def test_chinese_names_are_of_facts_and_columns_that_there_are() -> None:
    assert set(FACT_NAMES_ZH) <= set(SPECS)
    assert set(COLUMN_NAMES_ZH) <= {name for row in ROWS for name in columns_of(row)}


class Parcel(Row, stream="call", name="parcels", version=1):
    """A row class of this test."""

    call: Annotated[str, Key()]
    queue: Annotated[str | None, First("call.queued")]
    """A text
    on two lines."""
    untold: Annotated[str | None, First("call.queued", field="queue")]


def test_the_text_below_a_field_comes_before_the_shared_one() -> None:
    told = meanings(Parcel)
    assert told["call"] == SHARED_MEANINGS["call"]
    assert told["queue"] == "A text on two lines."
    assert told["untold"] == INSTEAD


def test_what_a_row_class_inherits_is_told_too() -> None:
    assert meanings(ClaimDelegation)["cause"] == MEANINGS_IN_STREAM["claim"]["cause"]
    assert meanings(ClaimDelegation)["line"] == SHARED_MEANINGS["line"]


@pytest.mark.parametrize(
    ("column", "kind", "unit"),
    [
        ("talk_ms", int, "ms"),
        ("paid_amount", Decimal, "currency"),
        ("response_rate", float, "share"),
        ("uplift_points", float, "percentage points"),
        ("calls_30_days", int, "count"),
        ("horizon_days", int, "days"),
        ("first_position", int, "position"),
        ("version", int, None),
        ("score", Decimal, None),
        ("queue", str, None),
        ("is_open", bool, None),
    ],
)
def test_a_number_is_counted_in_something(column: str, kind: type, unit: str | None) -> None:
    assert unit_of(column, kind) == unit


def test_a_row_class_may_count_otherwise() -> None:
    assert unit_of("balance", Decimal) == "points"
    assert unit_of("value", Decimal) is None
    assert unit_of("value", Decimal, PointsLiability) == "currency"


def test_every_decimal_and_float_is_counted_in_something_or_known_not_to_be() -> None:
    kinds = {"numeric(38,4)": Decimal, "double precision": float}
    told = [(fact, column.name, column.pg_type) for fact in FACTS for column in SPECS[fact.NAME].columns]
    told += [(view.row, name, pg_type) for view in VIEWS for name, pg_type in view.pg_types.items()]
    unknown = {
        name
        for row, name, pg_type in told
        if pg_type in kinds and name not in NOT_COUNTED and unit_of(name, kinds[pg_type], row) is None
    }
    assert unknown == set()


def test_units_are_told_of_columns_that_there_are() -> None:
    columns = {name for row in ROWS for name in columns_of(row)}
    assert set(UNIT_OF_NAME) <= columns
    assert columns >= NOT_COUNTED
    assert set(UNITS_HERE) <= {(row.__name__, name) for row in ROWS for name in columns_of(row)}


def test_an_id_without_its_prefix_says_how_to_join() -> None:
    assert reference("customer_id", Call) == Reference(dataset="customers", prefix="customer-")
    assert reference("to_unit") == Reference(dataset="units", prefix="unit-")
    assert reference_of("agent_id") == "agents"


def test_a_whole_id_needs_no_prefix_and_a_row_is_no_reference_to_itself() -> None:
    assert reference("claim", ClaimDelegation) == Reference(dataset="claims", prefix="")
    assert reference("unit", UnitMove) == Reference(dataset="units", prefix="")
    assert reference("unit", Unit) is None
    assert reference("call", Call) is None


def test_what_names_a_row_of_no_dataset_has_no_reference() -> None:
    assert reference("agent", ComplaintPenalty) is None
    assert reference("subject_id") is None
    assert reference_of("queue") is None


def test_references_lead_to_facts_with_one_key() -> None:
    found = {reference(name, row) for row in ROWS for name in columns_of(row)} - {None}
    assert found
    for one in found:
        assert one is not None
        assert len(SPECS[one.dataset].keys) == 1
