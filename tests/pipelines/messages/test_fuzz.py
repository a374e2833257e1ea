"""Whatever bytes are posted, each record is told or answered with why not, or the body is no JSON."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.ingest.chunks import ChunkMaker
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.doors import ForgetfulDoor
from pipelines.ingest.plan import Plan
from pipelines.messages.answers import Answer
from pipelines.messages.cloud_events import read_event
from pipelines.messages.json_records import NotJsonError, read_records
from pipelines.messages.orders import Order, order_for
from pipelines.messages.told_rows import told_rows
from tests.pipelines.messages.given import CALL_TYPE, MAPPING, call, event

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
GOOD = json.dumps(
    [event(call(1)), event(call(2, line=[1, {"a": None}]), time="2026-01-05T09:00:00Z")]
).encode()
ODD = (
    "\0",
    "\ud800",
    "\U0010ffff",
    "9" * 5000,
    "-1e400",
    "0000-00-00 00:00:00",
    "9999-12-31 23:59:59",
    "NaN",
    "",
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
records = st.fixed_dictionaries({}, optional=dict.fromkeys(call(1), values))
attributes = st.dictionaries(
    st.sampled_from(["id", "source", "type", "time", "subject", "ext", "data"]), values
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    mapping: Path = tmp_path_factory.mktemp("fuzz") / "desk.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    return read_mapping(mapping)


def accounted(body: bytes, plan: Plan) -> tuple[int, int, int]:
    """How many records a body has, how many are answered at once, how many a chunk accounts for."""
    read = [order_for(read_event(value), {CALL_TYPE: plan}) for value in read_records(body, is_batch=True)]
    for answer in (one for one in read if isinstance(one, Answer)):
        assert answer.reason
        json.dumps([answer.id, answer.source, answer.detail], ensure_ascii=False).encode()
    orders = [one for one in read if isinstance(one, Order)]
    if not orders:
        return len(read), len(read), 0
    maker = ChunkMaker(
        told_rows(orders, plan), plan, door=ForgetfulDoor(), hmac_key=bytes(32), clock=lambda: NOW
    )
    (made,) = maker.make_all()
    return len(read), len(read) - len(orders), made.rows.height + made.rejects.height


@settings(max_examples=50)
@given(st.lists(st.tuples(records, attributes), max_size=4))
@example([(call(1), {"time": "0001-01-01T00:00:00+23:59"})])
def test_every_record_is_accounted_for(plan: Plan, told: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    messages = [{**event(data), **changes} for data, changes in told]
    count, answered, judged = accounted(json.dumps(messages).encode("utf-8", "surrogatepass"), plan)
    assert count == len(messages) == answered + judged


@settings(max_examples=50)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 8))
def test_damaged_bytes_are_accounted_for_or_no_json(
    plan: Plan, place: int, put: bytes, left_out: int
) -> None:
    try:
        count, answered, judged = accounted(GOOD[:place] + put + GOOD[place + left_out :], plan)
    except NotJsonError:
        count, answered, judged = 0, 0, 0
    assert count == answered + judged
