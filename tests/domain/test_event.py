"""Taking an event back keeps its moment and is recorded now; a void is not voided."""

import pytest
from msgspec.structs import replace

from domain.envelope import UNNUMBERED
from domain.event import AVoidIsNotVoided, void
from tests.examples import NOW, YESTERDAY, filed


def test_a_void_carries_the_moment_and_envelope_of_what_it_takes_back() -> None:
    taken_back = void(replace(filed, originator_version=7), reason="told_twice", now=NOW)
    assert (taken_back.topic, taken_back.version, taken_back.reason) == ("complaint.filed", 7, "told_twice")
    assert (taken_back.occurred_at, taken_back.recorded_at) == (YESTERDAY, NOW)
    assert (taken_back.customer_id, taken_back.unit, taken_back.tier) == (
        filed.customer_id,
        filed.unit,
        filed.tier,
    )
    assert (taken_back.originator_id, taken_back.originator_version) == (filed.originator_id, UNNUMBERED)


def test_a_void_is_not_voided() -> None:
    taken_back = void(replace(filed, originator_version=7), reason="told_twice", now=NOW)
    with pytest.raises(AVoidIsNotVoided, match="tell the event again"):
        void(taken_back, reason="wrong", now=NOW)
