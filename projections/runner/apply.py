"""One batch into one fact: rows and sums move in one transaction that first locks the checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from projections.facts.decode import readable
from projections.facts.fold import empty_rows, fold
from projections.facts.plain import fold_few, keys_of
from projections.facts.refold import merged, refold
from projections.facts.spec import VOID_TOPIC, FactSpec
from projections.metrics.measures import measures_of, neighbours_of
from projections.metrics.retraction import sum_changes, windows_to_fetch
from projections.runner.batch import Skipped
from projections.storage.checkpoints import lock_checkpoint, move_checkpoint, wait_for_no_disk
from projections.storage.database import Database
from projections.storage.facts import (
    rows_in_windows,
    rows_of_keys,
    rows_of_streams,
    stored_streams,
    upsert,
)
from projections.storage.organisation import organisation_zone, resum_if_moved
from projections.storage.rule_books import note_rules, rule_book, rules_have_moved
from projections.storage.sums import move_sums

FEW = 200
"""Events up to which they are folded one at a time: a frame costs some ten milliseconds, however small."""
REFOLDED_AT_ONCE = 20_000
ReadStreams = Callable[[list[str], int], pl.DataFrame]
"""(stream ids, highest position) -> the log's rows of these streams."""


@dataclass(frozen=True)
class Change:
    """The touched rows as they were and as they are."""

    old: pl.DataFrame
    new: pl.DataFrame


@dataclass(frozen=True)
class Step:
    """One fact's events with `after` < position <= `upto`, without those skipped for it."""

    spec: FactSpec
    events: pl.DataFrame
    after: int
    upto: int
    skipped: Skipped = ()


def apply(database: Database, step: Step, *, read_streams: ReadStreams) -> bool:
    """Move one fact from `after` to `upto`; False where somebody else has moved it meanwhile."""
    spec = step.spec
    with database.transaction():
        wait_for_no_disk(database)
        if lock_checkpoint(database, spec.name) != step.after:
            return False
        if rules_have_moved(database, spec):
            _refold_all(database, step, read_streams=read_streams)
            note_rules(database, spec)
        change = changed_rows(database, step, read_streams=read_streams)
        move_rows(database, spec, change)
        move_checkpoint(database, spec.name, position=step.upto, latest=latest_occurred_at(step.events))
    return True


def latest_occurred_at(events: pl.DataFrame) -> datetime | None:
    latest = events.get_column("occurred_at").max()
    return latest if isinstance(latest, datetime) else None


def changed_rows(database: Database, step: Step, *, read_streams: ReadStreams) -> Change:
    """What the batch makes of the stored rows: merged where that is enough, else folded again."""
    spec, events = step.spec, step.events
    again = _streams_to_refold(spec, events)
    if spec.whole_stream:
        return _refolded(database, step, again, read_streams=read_streams)
    mergeable = _without(events, again)
    old = rows_of_keys(database, spec, keys_of(spec, mergeable))
    marked = old.filter("has_void").get_column(spec.key_names[0]).unique()
    old, mergeable = _without(old, marked, column=spec.key_names[0]), _without(mergeable, marked)
    few = mergeable.height <= FEW
    new = fold_few(spec, old, mergeable) if few else merged(spec, old, fold(spec, mergeable))
    refolded = _refolded(database, step, pl.concat([again, marked]), read_streams=read_streams)
    return Change(old=pl.concat([old, refolded.old]), new=pl.concat([new, refolded.new]))


def _without(rows: pl.DataFrame, streams: pl.Series, *, column: str = "originator_id") -> pl.DataFrame:
    return rows.filter(~pl.col(column).is_in(streams.implode())) if streams.len() else rows


def move_rows(database: Database, spec: FactSpec, change: Change) -> None:
    """Write the new rows, and move the sums by what they change."""
    if change.new.is_empty():
        return
    if measures_of(spec.name):
        zone = organisation_zone(database)
        resum_if_moved(database, spec, zone=zone)
        neighbours, fetched = neighbours_of(spec.name), None
        windows = windows_to_fetch(spec.name, old=change.old, new=change.new)
        if neighbours is not None and windows is not None:
            fetched = rows_in_windows(database, spec, windows, key=neighbours.key, time=neighbours.time)
        cells = sum_changes(spec.name, old=change.old, new=change.new, fetched=fetched, zone=zone)
        move_sums(database, spec, cells)
    upsert(database, spec, change.new)


def _streams_to_refold(spec: FactSpec, events: pl.DataFrame) -> pl.Series:
    touching = pl.col("topic").is_in(spec.topics) if spec.whole_stream else pl.lit(value=False)
    wanted = events.filter(touching | (pl.col("topic") == VOID_TOPIC))
    return wanted.get_column("originator_id").unique()


def _refolded(database: Database, step: Step, streams: pl.Series, *, read_streams: ReadStreams) -> Change:
    spec = step.spec
    if streams.is_empty():
        return Change(old=empty_rows(spec), new=empty_rows(spec))
    log = read_streams(streams.to_list(), step.upto)
    log = log.filter(~pl.col("position").is_in(step.skipped))
    new = refold(spec, readable(spec, log), rules=rule_book(database, spec))
    return Change(old=rows_of_streams(database, spec, streams), new=new)


def _refold_all(database: Database, step: Step, *, read_streams: ReadStreams) -> None:
    """Fold every stored row again, some streams at a time: the rules that the fact reads have changed."""
    for streams in stored_streams(database, step.spec).iter_slices(REFOLDED_AT_ONCE):
        ids = streams.to_series()
        move_rows(database, step.spec, _refolded(database, step, ids, read_streams=read_streams))
