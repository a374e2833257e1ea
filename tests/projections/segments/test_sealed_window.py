"""What a sealed range gives every fact is what the log gives it, down to the poison."""

from itertools import count
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.call import CallOffered
from domain.topics import TOPICS
from domain.upcasters import Copy, Upcaster
from infra.event_store.log import LOG_SCHEMA
from projections.facts import SPECS
from projections.facts.decode import Decoded
from projections.facts.spec import VOID_TOPIC, FactSpec
from projections.runner.batch import Batch, Skipped, Streams
from projections.runner.sealed_window import SealedWindow
from projections.segments.form import RAW, by_topic, columns_of, form_of
from tests.projections.segments.given import sealed, spoiled_logs

FOLDERS = count()


def told(spec: FactSpec, window: Streams | SealedWindow, *, skipped: Skipped) -> Decoded:
    """What a fact reads: the log's decoding gives other topics and columns too, which no fold looks at."""
    if not window.touches(spec):
        return Decoded(pl.DataFrame(), None)
    decoded = window.decoded_for(spec, after=0, skipped=skipped)
    columns = ["position", "originator_id", "originator_version", "topic", *spec.fields, "voided_version"]
    wanted = decoded.events.filter(pl.col("topic").is_in([*spec.topics, VOID_TOPIC]))
    return Decoded(wanted.select(columns) if wanted.height else pl.DataFrame(), decoded.poison)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    log=spoiled_logs(),
    span=st.sampled_from((3, 20, 30)),
    skipped=st.just(()) | st.tuples(st.integers(1, 60)),
)
def test_a_sealed_range_reads_as_the_log_does(
    tmp_path: Path, log: pl.DataFrame, span: int, skipped: Skipped
) -> None:
    streams = {originator_id.partition("-")[0] for originator_id in log["originator_id"]} | {"unit"}
    specs = tuple(spec for spec in SPECS.values() if spec.stream in streams)
    for one in sealed(tmp_path / str(next(FOLDERS)), log, span=span).ranges:
        within = log.filter(pl.col("position") > one.after, pl.col("position") <= one.upto)
        window, as_told = SealedWindow(one, specs), Streams(Batch(within, one.after, one.upto), specs)
        for spec in specs:
            ours, theirs = (told(spec, each, skipped=skipped) for each in (window, as_told))
            assert ours.poison == theirs.poison, spec.name
            assert ours.events.equals(theirs.events), spec.name


@settings(max_examples=20)
@given(log=spoiled_logs())
def test_no_event_is_lost_and_none_is_kept_twice(log: pl.DataFrame) -> None:
    parts = [(topic, rows) for topic, rows in by_topic(log)]
    positions = pl.concat([pl.Series("position", [], pl.Int64), *(rows["position"] for _, rows in parts)])
    assert positions.sort().equals(log["position"].sort())
    for topic, rows in parts:
        if topic != RAW:
            assert rows.schema == pl.Schema(columns_of(topic))


def test_every_field_of_every_topic_has_a_column() -> None:
    assert "hotline" in columns_of(CallOffered.TOPIC)
    assert all({"occurred_at", "recorded_at", "source"} <= columns_of(topic).keys() for topic in TOPICS)


def test_a_superseded_event_is_sealed_as_its_successor(monkeypatch: pytest.MonkeyPatch) -> None:
    was = form_of("call.queued")
    lined_up = Upcaster(from_topic="call.lined_up", to_topic="call.queued", fields={"queue": Copy("row")})
    monkeypatch.setattr("projections.segments.form.UPCASTERS", (lined_up,))
    form_of.cache_clear()
    time = "2026-01-05T00:00:00.000000Z"
    state = f'{{"occurred_at":"{time}","recorded_at":"{time}","source":"pbx","row":"motor"}}'
    log = pl.DataFrame([[7, "call-x:1", 1, "call.lined_up", state]], schema=LOG_SCHEMA, orient="row")
    ((topic, rows),) = by_topic(log)
    is_now = form_of("call.queued")
    form_of.cache_clear()
    assert (topic, rows.item(0, "topic"), rows.item(0, "queue")) == ("call.queued", "call.queued", "motor")
    assert is_now != was


def test_a_range_is_of_another_form_when_the_fields_of_its_topic_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = form_of(CallOffered.TOPIC)
    form_of.cache_clear()
    monkeypatch.setitem(TOPICS, CallOffered.TOPIC, TOPICS["call.ended"])
    changed = form_of(CallOffered.TOPIC)
    form_of.cache_clear()
    assert changed != before
