"""The log in windows for a rebuild: sealed ranges where there are any, else what PostgreSQL holds."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from infra.event_store.log import read_parallel
from projections.facts.spec import FactSpec
from projections.runner.batch import Batch, Streams
from projections.runner.sealed_window import SealedWindow
from projections.segments.sealed_range import DamagedRange, SealedRange
from projections.segments.segments import Segments, Stretch, tell_once

WINDOW = 50_000
"""Positions that are read from the log at once."""

Window = SealedWindow | Streams


def windows(conninfo: str, segments: Segments, *, upto: int, specs: Sequence[FactSpec]) -> Iterator[Window]:
    """Every event at positions <= upto, in order; the next window is read in a thread meanwhile."""
    for piece in _opened(segments.pieces(0, upto), specs):
        if isinstance(piece, SealedWindow):
            yield piece
            continue
        for log in read_parallel(conninfo, piece.after, piece.upto, window=WINDOW):
            batch = Batch(log=log, after=piece.after, upto=int(log.item(-1, "position")))
            yield Streams(batch, specs)


def _opened(
    pieces: Iterable[SealedRange | Stretch], specs: Sequence[FactSpec]
) -> Iterator[SealedWindow | Stretch]:
    remaining = iter(pieces)
    with ThreadPoolExecutor(1) as ahead:
        first = next(remaining, None)
        pending = None if first is None else ahead.submit(_open, first, specs)
        while pending is not None:
            opened = pending.result()
            following = next(remaining, None)
            pending = None if following is None else ahead.submit(_open, following, specs)
            yield opened


def _open(piece: SealedRange | Stretch, specs: Sequence[FactSpec]) -> SealedWindow | Stretch:
    if isinstance(piece, Stretch):
        return piece
    try:
        return SealedWindow(piece, specs)
    except DamagedRange as error:
        tell_once(error)
        return Stretch(piece.after, piece.upto)
