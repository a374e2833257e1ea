"""What was recorded after a moment changes nothing that is told as known at it."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from projections.views.churn.examples import examples
from projections.views.churn.features import features
from projections.views.churn.labels import Labelling, Window
from projections.views.reading import ViewReading
from tests.effort import FACTOR
from tests.projections.logs import Log
from tests.projections.views.churn.folded import Folded
from tests.projections.views.churn.lives import BEGAN, DAYS, day, lives

MOMENTS = st.integers(1, DAYS).map(lambda days: BEGAN + timedelta(days=days, hours=16))
"""Ends of local days in China."""


def recorded_before(log: Log, moment: datetime) -> Log:
    return [one for one in log if one.event.recorded_at < moment]


def reading(log: Log, moment: datetime) -> ViewReading:
    now = BEGAN + timedelta(days=3 * DAYS)
    return ViewReading(source=Folded(log), now=now, as_of=moment, known_at=moment)


@settings(max_examples=12 * FACTOR)
@given(log=lives(), moment=MOMENTS)
def test_features_are_those_of_what_was_recorded_by_then(log: Log, moment: datetime) -> None:
    told = features(reading(log, moment))
    assert_frame_equal(told, features(reading(recorded_before(log, moment), moment)))


@settings(max_examples=6 * FACTOR)
@given(log=lives(), cutoff=st.integers(1, DAYS), later=st.integers(0, DAYS), gap=st.integers(0, 40))
def test_examples_are_those_of_what_was_recorded_by_the_labelling(
    log: Log, cutoff: int, later: int, gap: int
) -> None:
    labelled_at = BEGAN + timedelta(days=cutoff + later)
    source = Folded(log)
    window = Window(cutoff=day(cutoff), gap_days=gap, horizon_days=60, zone=reading(log, BEGAN).zone)
    everything = Labelling(source=source, at=labelled_at, at_position=source.position("customers"))
    told_by_then = replace(everything, source=Folded(recorded_before(log, labelled_at)))
    assert_frame_equal(examples(everything, window), examples(told_by_then, window))
