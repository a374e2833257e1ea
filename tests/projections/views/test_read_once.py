"""What several derived facts of one moment read is read once, and is what each of them would have read."""

from collections import Counter
from datetime import datetime
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from projections.views.read_once import reading_once
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.metrics.memory import Memory
from tests.projections.views.given import NOW, remembered

YEAR = (at("2023-12-31T16:00"), at("2024-03-31T16:00"))


def test_a_fact_behind_two_derived_facts_is_read_once_and_they_come_out_as_ever() -> None:
    source = remembered(
        customers=[
            {"customer": f"customer-x:{number}", "registered_at": at("2023-01-01T00:00")} for number in (1, 2)
        ],
        customer_classes=[
            {
                "customer": "customer-x:1",
                "version": 1,
                "scheme": "value",
                "value": "mid",
                "classified_at": at("2023-02-01T00:00"),
            }
        ],
    )
    asked: Counter[str] = Counter()
    counting = Counting(source.tellings, asked=asked)
    reading = ViewReading(source=counting, now=NOW, as_of=YEAR[1], known_at=YEAR[1])
    once = reading_once(reading, YEAR)
    made = [once.derived(name) for name in ("customer_bundles", "cohort_members")]
    assert (asked["customers"], asked["churns"], asked["customer_classes"]) == (1, 1, 1)
    for name, rows in zip(("customer_bundles", "cohort_members"), made, strict=True):
        assert_frame_equal(rows, reading.derived(name, YEAR), check_row_order=False)


class Counting(Memory):
    """Facts in memory that count how often each was asked for."""

    def __init__(self, tellings: Any, *, asked: Counter[str]) -> None:
        super().__init__(tellings)
        self.asked = asked

    def facts(self, fact: str, **asked: Any) -> pl.DataFrame:
        self.asked[fact] += 1
        return super().facts(fact, **asked)


def test_other_columns_times_and_values_are_other_questions() -> None:
    rows = [
        {"customer": f"customer-x:{number}", "version": 1, "purpose": purpose, "contacted_at": when}
        for number, (purpose, when) in enumerate(zip(("offer", "care"), YEAR, strict=True))
    ]
    reading = ViewReading(source=remembered(contacts=rows), now=NOW, as_of=NOW, known_at=NOW)
    once = reading_once(reading, YEAR)
    spans: list[tuple[str, datetime | None, datetime | None] | None] = [None, ("contacted_at", YEAR[1], None)]
    found = [once.facts("contacts", columns=("purpose",), time=span).height for span in spans]
    offers = once.facts("contacts", columns=("purpose",), equal={"purpose": ["offer"]})
    assert (found, offers.height, once.reference, once.zone) == ([2, 1], 1, reading.reference, reading.zone)
