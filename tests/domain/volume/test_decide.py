"""A volume is one measure with one set of dimension values; a later recording of a period replaces."""

from datetime import UTC, date, datetime
from decimal import Decimal

from msgspec.structs import replace

from domain.checks import HappensTooFarAhead, PeriodIsEmpty
from domain.folding import fold_live
from domain.streams import VOLUME
from domain.volume.decide import OtherVolume
from domain.volume.state import Volume, evolve
from tests.domain.volume.examples import record
from tests.examples import january, rule
from tests.given import given, payload, said

PERIOD = (date(2026, 1, 1), date(2026, 2, 1))


def test_recorded_at_the_last_microsecond_of_the_period_in_the_organisations_zone() -> None:
    (event,) = given(VOLUME).when(record)
    assert payload(event) == payload(january)
    assert event.occurred_at == datetime(2026, 1, 31, 15, 59, 59, 999_999, tzinfo=UTC)


def test_recorded_in_another_zone() -> None:
    utc = rule("zone", "zone", '"UTC"')
    (event,) = given(VOLUME).under(utc).when(record)
    assert event.occurred_at == datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def test_recorded_with_the_same_value_is_so_already() -> None:
    assert given(VOLUME, january).when(record) == ()


def test_recorded_again_it_replaces() -> None:
    story = given(VOLUME, january).and_(replace(record, value=Decimal(7)))
    state = fold_live(story.events, initial=Volume(), evolve=evolve)
    assert state.values == {PERIOD: Decimal(7)}


def test_another_period_stands_beside_it() -> None:
    february = replace(record, period_start=date(2026, 2, 1), period_end=date(2026, 3, 1))
    assert said(given(VOLUME, january).when(february))[0][1]["period_start"] == date(2026, 2, 1)


def test_refused_of_another_measure_or_dimension() -> None:
    refused = given(VOLUME, january).when_refused(replace(record, line="parcel"), OtherVolume)
    assert (refused.asked[2], refused.known[2]) == ("parcel", "ltl")
    given(VOLUME, january).when_refused(replace(record, measure="customers"), OtherVolume)


def test_refused_of_an_empty_period() -> None:
    given(VOLUME).when_refused(replace(record, period_end=PERIOD[0]), PeriodIsEmpty)


def test_refused_of_a_period_more_than_a_day_from_its_end() -> None:
    given(VOLUME).when_refused(replace(record, period_end=date(2026, 4, 1)), HappensTooFarAhead)
