"""Whole streams read from sealed ranges and the tail of the log: for many cheaper than by the index."""

from collections.abc import Sequence

import polars as pl

from infra.event_store.log import LOG_SCHEMA, EventLog
from projections.facts.decode import VOIDED_VERSION, readable
from projections.facts.spec import ROW_FIELDS, VOID_TOPIC, FactSpec
from projections.segments.form import columns_of
from projections.segments.sealed_range import DamagedRange, SealedRange
from projections.segments.segments import Segments, Stretch, tell_once


def read_streams(
    log: EventLog, segments: Segments, spec: FactSpec, ids: Sequence[str], *, within: Stretch
) -> pl.DataFrame:
    """The events that a fact reads of these streams within these positions, typed, in order.

    Some that lie before may be among them. Raises UnreadableEvent as `readable` does.
    """
    whole, stretches = _whole_ranges(segments, spec, within)
    wanted = pl.Series("originator_id", ids, pl.String)
    raw = [one.raw() for one in whole]
    told = [frame.filter(pl.col("originator_id").is_in(wanted.implode())) for frame in raw]
    tail = [log.read_streams(ids, one.upto, after=one.after) for one in stretches]
    untyped = pl.concat([LOG_SCHEMA.to_frame(), *told, *tail]).sort("position")
    typed = [_scanned(whole, topic, spec, wanted) for topic in (*spec.topics, VOID_TOPIC)]
    events = pl.concat([readable(spec, untyped), *typed], how="diagonal")
    return events.sort("position")


def _whole_ranges(
    segments: Segments, spec: FactSpec, within: Stretch
) -> tuple[list[SealedRange], list[Stretch]]:
    """Ranges whose files are known to be whole, from that of the first event on; the log has the rest."""
    whole, stretches = [], []
    first = [one.after for one in segments.ranges if one.after <= within.after < one.upto]
    for piece in segments.pieces(min(first, default=within.after), within.upto):
        if isinstance(piece, Stretch):
            stretches.append(piece)
            continue
        try:
            piece.checked((*spec.topics, VOID_TOPIC))
            whole.append(piece)
        except DamagedRange as error:
            tell_once(error)
            stretches.append(Stretch(piece.after, piece.upto))
    return whole, stretches


def _scanned(whole: Sequence[SealedRange], topic: str, spec: FactSpec, ids: pl.Series) -> pl.DataFrame:
    """One topic's events of these streams over all ranges: only their ids are read of the others."""
    schema = {**ROW_FIELDS, **spec.fields, VOIDED_VERSION: pl.Int64()}
    columns = [name for name in columns_of(topic) if name in schema]
    paths = [path for one in whole for path in one.checked([topic]).values()]
    if not paths:
        return pl.DataFrame(schema={name: schema[name] for name in columns})
    scan = pl.scan_parquet(paths, glob=False).select(columns)
    return scan.filter(pl.col("originator_id").is_in(ids.implode())).collect()
