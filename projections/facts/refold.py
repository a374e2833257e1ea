"""Rows folded again from whole streams: for voids, facts marked WHOLE_STREAM and questions about the past.

A void takes its target out of the columns, never out of the envelope: the row must still be found to have
been touched by both. A row left without a live event is kept and marked `voided`.
"""

from datetime import UTC, datetime

import polars as pl

from domain.organisation.rules import RuleBook
from projections.facts.decode import VOIDED_VERSION
from projections.facts.fold import extreme, fold, merge
from projections.facts.spec import ENVELOPE, VOID_TOPIC, FactSpec

TARGET = ["originator_id", "originator_version"]
NO_RULES = RuleBook()


def refold(spec: FactSpec, events: pl.DataFrame, *, rules: RuleBook = NO_RULES) -> pl.DataFrame:
    """Fold whole streams, voids included, into all of their rows; `rules` are for facts that read any."""
    voids = events.filter(pl.col("topic") == VOID_TOPIC)
    told = events.filter(pl.col("topic") != VOID_TOPIC)
    rows = _refolded(spec, told, voids, rules)
    return _with_stream_envelope(spec, rows, _with_voids(spec, told, voids)) if spec.whole_stream else rows


def _refolded(spec: FactSpec, told: pl.DataFrame, voids: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    if voids.is_empty():
        return fold(spec, _widened(spec, told, rules))
    aimed = voids.select("originator_id", pl.col(VOIDED_VERSION).alias("originator_version"))
    live = fold(spec, _widened(spec, told.join(aimed, on=TARGET, how="anti"), rules))
    widened = _widened(spec, told, rules)
    ever = fold(spec, _with_voids(spec, widened, voids))
    hit = _hit_keys(spec, widened, aimed)
    return _laid_over(spec, live=live, ever=ever, hit=hit)


def told_before(
    events: pl.DataFrame, *, as_of: datetime | None, known_at: datetime | None, position: int | None
) -> pl.DataFrame:
    """Keep the events that had happened (<), were recorded (<) and were stored (<=) by then."""
    conditions = [
        *([pl.col("occurred_at") < as_of.astimezone(UTC)] if as_of is not None else []),
        *([pl.col("recorded_at") < known_at.astimezone(UTC)] if known_at is not None else []),
        *([pl.col("position") <= position] if position is not None else []),
    ]
    return events.filter(conditions) if conditions else events


def _widened(spec: FactSpec, events: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    if spec.widen is None:
        return events
    return spec.widen(events, rules) if spec.rules else spec.widen(events)


def _with_voids(spec: FactSpec, told: pl.DataFrame, voids: pl.DataFrame) -> pl.DataFrame:
    """Stand each void beside its target under the target's keys, so that envelopes cover both."""
    told = told.filter(pl.col("topic").is_in(spec.topics))
    voiding = voids.select(
        "originator_id",
        pl.col(VOIDED_VERSION).alias("originator_version"),
        *(pl.col(name).alias(f"{name}_of_void") for name in ("recorded_at", "position")),
    )
    shadows = told.join(voiding, on=TARGET).with_columns(
        recorded_at="recorded_at_of_void", position="position_of_void"
    )
    return pl.concat([told, shadows.select(told.columns)])


def _with_stream_envelope(spec: FactSpec, rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """A row that depends on other rows' events straddles a question wherever its stream does.

    An earlier appeal told late takes an arbitration away from a row that neither of them names.
    """
    stream = spec.key_names[0]
    envelope = told.group_by(pl.col("originator_id").alias(stream)).agg(
        extreme(source, kind).alias(name) for name, kind, source, _, _ in ENVELOPE
    )
    narrow = rows.drop(list(spec.envelope_schema))
    return narrow.join(envelope, on=stream, how="left").select(list(spec.schema))


def _hit_keys(spec: FactSpec, told: pl.DataFrame, aimed: pl.DataFrame) -> pl.DataFrame:
    """The keys of rows that a void touched."""
    targets = told.filter(pl.col("topic").is_in(spec.topics)).join(aimed, on=TARGET, how="semi")
    return fold(spec, targets).select(spec.key_names)


def _laid_over(spec: FactSpec, *, live: pl.DataFrame, ever: pl.DataFrame, hit: pl.DataFrame) -> pl.DataFrame:
    """Columns of the live fold, envelope of everything ever told."""
    keys, envelope = spec.key_names, list(spec.envelope_schema)
    columns = live.drop("voided", "has_void", *envelope).with_columns(voided=pl.lit(value=False))
    marked = hit.with_columns(has_void=pl.lit(value=True))
    return (
        ever.select(*keys, *envelope)
        .join(columns, on=keys, how="left")
        .join(marked, on=keys, how="left")
        .with_columns(pl.col("voided").fill_null(value=True), pl.col("has_void").fill_null(value=False))
        .select(list(spec.schema))
    )


def merged(spec: FactSpec, rows: pl.DataFrame, partials: pl.DataFrame) -> pl.DataFrame:
    """Merge new partial rows into the stored ones of the same keys."""
    if rows.is_empty():
        return partials
    return merge(spec, pl.concat([rows, partials]))
