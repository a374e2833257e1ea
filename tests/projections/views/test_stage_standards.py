"""Standards that cannot keep the promise are shown by route, whether or not a stage was late."""

from typing import Any

from projections.views.reading import ViewReading
from projections.views.stage_standards import STAGE_STANDARDS
from tests.projections.metrics.examples import at, complaint
from tests.projections.views.given import NOW, remembered, rows_of

HOUR = 3_600_000
FILED = at("2024-05-10T02:00")
DEPOTS = {"north": (36, 1), "east": (48, 42), "south": (48, 3), "west": (48, 30)}


def late(number: int, promised: int | None = 72, **columns: Any) -> dict[str, Any]:
    """A complaint with so many hours promised."""
    told = {"line": "ltl", "promised_ms": promised and promised * HOUR, "filed_at": FILED}
    return complaint(number, **told | columns)


def stages(number: int, **hours: tuple[int | None, int | None]) -> list[dict[str, Any]]:
    """Stages of a complaint in order: [standard, own time] in hours, each at a unit of its name."""
    return [
        {
            "complaint": f"complaint-x:{number}",
            "stage": f"stage_{ordinal}",
            "ordinal": ordinal,
            "unit": unit,
            "standard_ms": standard and standard * HOUR,
            "actual_ms": actual and actual * HOUR,
        }
        for ordinal, (unit, (standard, actual)) in enumerate(hours.items(), start=1)
    ]


def test_seven_and_a_half_days_of_standards_against_a_promise_of_three() -> None:
    assert rows_of(STAGE_STANDARDS, complaints=[late(1)], complaint_stages=stages(1, **DEPOTS)) == [
        {
            "line": "ltl",
            "product": None,
            "stages": "stage_1,stage_2,stage_3,stage_4",
            "units": "north,east,south,west",
            "standards": "129600000,172800000,172800000,172800000",
            "standards_ms": 180 * HOUR,
            "promised_ms": 72 * HOUR,
            "over_ms": 108 * HOUR,
            "stages_without_standard": 0,
            "complaints": 1,
            "over_promise": 1,
            "all_within_standard": 1,
            "first_filed_at": FILED,
            "last_filed_at": FILED,
        }
    ]


def test_standards_that_just_keep_the_promise_are_not_shown() -> None:
    assert rows_of(STAGE_STANDARDS, complaints=[late(1, 180)], complaint_stages=stages(1, **DEPOTS)) == []
    assert rows_of(STAGE_STANDARDS, complaints=[late(1, 179)], complaint_stages=stages(1, **DEPOTS)) != []


def test_complaints_of_one_route_are_one_row_and_a_late_stage_is_told_apart() -> None:
    slow = DEPOTS | {"west": (48, 50)}
    quick = DEPOTS | {"east": (48, 2)}
    told = [*stages(1, **DEPOTS), *stages(2, **slow), *stages(3, **quick)]
    (row,) = rows_of(STAGE_STANDARDS, complaints=[late(1), late(2), late(3)], complaint_stages=told)
    assert (row["complaints"], row["over_promise"], row["all_within_standard"]) == (3, 2, 1)


def test_another_product_unit_or_promise_is_another_route() -> None:
    told = [*stages(1, **DEPOTS), *stages(2, **DEPOTS), *stages(3, **DEPOTS)]
    given = [late(1), late(2, product="express"), late(3, 71)]
    assert len(rows_of(STAGE_STANDARDS, complaints=given, complaint_stages=told)) == 3


def test_a_stage_without_a_standard_adds_nothing_and_is_counted() -> None:
    told = stages(1, north=(80, 1), east=(None, 90))
    (row,) = rows_of(STAGE_STANDARDS, complaints=[late(1)], complaint_stages=told)
    assert (row["standards"], row["stages_without_standard"]) == ("288000000,-", 1)
    assert (row["over_promise"], row["all_within_standard"]) == (1, 0)


def test_no_promise_no_row_and_neither_for_what_is_old() -> None:
    told = [*stages(1, **DEPOTS), *stages(2, **DEPOTS)]
    given = [late(1, None), late(2, filed_at=at("2024-03-03T15:59"))]
    assert rows_of(STAGE_STANDARDS, complaints=given, complaint_stages=told) == []


def test_every_such_complaint_is_in_one_row() -> None:
    (check,) = STAGE_STANDARDS.reconciliations
    source = remembered(complaints=[late(1), late(2, 200)], complaint_stages=stages(1, **DEPOTS))
    reading = ViewReading(source=source, now=NOW)
    made = STAGE_STANDARDS.made(reading)
    assert check.differences(reading, made).is_empty()
    assert check.differences(reading, made.clear()).to_dicts() == [{"listed": 0, "counted": 1}]
