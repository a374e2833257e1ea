"""Bytes encoded by column are the bytes that each event writes for itself."""

from datetime import UTC
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.envelope import Event, FieldKind, Kind, field_kinds
from domain.topics import EVENTS
from pipelines.ingest.cells import STORED_DTYPES
from pipelines.ingest.encode import encode_states
from tests.effort import FACTOR

CELLS: dict[Kind, SearchStrategy[Any]] = {
    "text": st.text() | st.sampled_from(['"\\/', "\x00\x1f\x7f", "\u2028晚到😀", "v1:"]),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "decimal": st.decimals(min_value=-(10**33), max_value=10**33, places=4, allow_nan=False),
    "time": st.datetimes(timezones=st.just(UTC)),
    "date": st.dates(),
}


def cells(kind: FieldKind) -> SearchStrategy[Any]:
    return CELLS[kind.kind] if kind.required else st.none() | CELLS[kind.kind]


@pytest.mark.parametrize("event_class", EVENTS, ids=lambda event_class: event_class.TOPIC)
def test_column_bytes_are_the_events_own_bytes(event_class: type[Event]) -> None:
    kinds = field_kinds(event_class)
    row = st.fixed_dictionaries({name: cells(kind) for name, kind in kinds.items()})

    @settings(max_examples=8 * FACTOR, deadline=None)
    @given(st.lists(row, min_size=1, max_size=4))
    def law(rows: list[dict[str, Any]]) -> None:
        schema = {name: STORED_DTYPES[kind.kind] for name, kind in kinds.items()}
        encoded = encode_states(pl.DataFrame(rows, schema=schema, orient="row"), event_class)
        told = [event_class(originator_id="x-y:1", originator_version=1, **one) for one in rows]
        assert encoded.to_list() == [event.to_json() for event in told]

    law()


def test_a_field_without_a_column_is_null() -> None:
    event_class = next(one for one in EVENTS if one.TOPIC == "call.queued")
    encoded = encode_states(pl.DataFrame({"queue": ["vip"]}), event_class)
    assert encoded.to_list() == [
        (
            b'{"occurred_at":null,"recorded_at":null,"source":null,"customer_id":null,"unit":null,'
            b'"agent_id":null,"campaign_id":null,"tier":null,"queue":"vip"}'
        )
    ]
