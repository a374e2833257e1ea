"""Random logs as the engine sees them, and its frames as rows that can be compared."""

from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st

from projections.facts import FACTS, SPECS
from projections.facts.decode import decode, wanted_fields
from projections.facts.spec import FactSpec, stream_topics
from tests.effort import FACTOR
from tests.projections.logs import Log, as_log_frame, logs, of_stream

LAW = settings(
    deadline=None,
    derandomize=True,
    print_blob=True,
    max_examples=6 * FACTOR,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
every_fact = pytest.mark.parametrize("spec", SPECS.values(), ids=lambda one: one.name)
mergeable_facts = pytest.mark.parametrize(
    "spec", [one for one in SPECS.values() if not one.whole_stream], ids=lambda one: one.name
)


def logs_of(spec: FactSpec, *, voids: bool = True) -> st.SearchStrategy[Log]:
    """Draw logs of a fact's stream in which its own topics are frequent; one stream where rows meet."""
    ids = 1 if spec.whole_stream else 3
    return logs(spec.stream, often=spec.topics, ids=ids, voids=voids)


def events_of(log: Log, spec: FactSpec) -> pl.DataFrame:
    """Store the fact's stream of a log and decode it again."""
    decoded = decode(
        as_log_frame(of_stream(log, spec.stream)), fields=dict(spec.fields), topics=stream_topics(spec.stream)
    )
    assert decoded.poison is None, decoded.poison
    return decoded.events


def fields_of_stream(stream: str) -> dict[str, pl.DataType]:
    """All that the facts of a stream want decoded."""
    return wanted_fields(SPECS[fact.NAME] for fact in FACTS if stream == fact.STREAM)


def by_key(spec: FactSpec, frame: pl.DataFrame) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Name each row by its key; two rows of one key are a failure."""
    rows = {tuple(row[name] for name in spec.key_names): row for row in frame.to_dicts()}
    assert len(rows) == frame.height, frame
    return rows


def public(
    rows: dict[tuple[Any, ...], dict[str, Any]], *, without: tuple[str, ...] = ()
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Leave the hidden order keys out."""
    return {
        key: {
            name: value
            for name, value in row.items()
            if not name.startswith("order_") and name not in without
        }
        for key, row in rows.items()
    }


def in_order(spec: FactSpec, frame: pl.DataFrame) -> pl.DataFrame:
    """Sort by key: all that may differ between equal frames."""
    return frame.sort(spec.key_names)
