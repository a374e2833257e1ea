"""A frame of superseded payloads becomes what the domain makes of each of them."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.upcasters import Constant, Copy, Recode, Upcaster, upcast_payload
from projections.facts.decode import decode
from projections.facts.spec import ROW_FIELDS, stream_topics
from projections.facts.upcast import in_force, upcast_frame
from tests.projections.facts.given import LAW, fields_of_stream

OLD: dict[str, pl.DataType] = {"text": pl.String(), "count": pl.Int64(), "flag": pl.Boolean()}
TEXTS = ("", "1", "kfz", '"quoted"\n')

payloads = st.fixed_dictionaries(
    {
        "text": st.none() | st.sampled_from(TEXTS),
        "count": st.none() | st.integers(0, 3),
        "flag": st.none() | st.booleans(),
    }
)
recodes = st.one_of(
    st.builds(
        Recode, st.just("text"), st.dictionaries(st.none() | st.sampled_from(TEXTS), st.sampled_from(TEXTS))
    ),
    st.builds(Recode, st.just("count"), st.dictionaries(st.none() | st.integers(0, 3), st.integers(0, 3))),
    st.builds(Recode, st.just("flag"), st.dictionaries(st.none() | st.booleans(), st.booleans())),
)
sources = st.one_of(
    st.builds(Copy, st.sampled_from(tuple(OLD))),
    st.builds(Constant, st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(TEXTS)),
    recodes,
)
upcasters = st.builds(
    Upcaster,
    from_topic=st.just("call.ringing"),
    to_topic=st.just("call.queued"),
    fields=st.dictionaries(st.sampled_from(("text", "count", "new", "other")), sources, max_size=4),
)


@LAW
@given(payloads=st.lists(payloads, max_size=8), upcaster=upcasters)
def test_a_frame_is_rewritten_as_the_domain_rewrites_each_payload(
    payloads: list[dict[str, Any]], upcaster: Upcaster
) -> None:
    frame = upcast_frame(pl.DataFrame(payloads, schema=OLD), upcaster)
    assert frame.to_dicts() == [upcast_payload(payload, upcaster) for payload in payloads]


ENVELOPE = (
    '{"occurred_at":"2026-01-02T03:04:05.000006Z","recorded_at":"2026-01-02T03:04:05.000006Z","source":"acd"'
)
RINGING = Upcaster(
    from_topic="call.ringing",
    to_topic="call.waiting",
    fields={"desk": Copy("place"), "source": Constant("old_acd")},
)
WAITING = Upcaster(
    from_topic="call.waiting", to_topic="call.queued", fields={"queue": Recode("desk", {"int": "internal"})}
)


def log(*told: tuple[str, str]) -> pl.DataFrame:
    rows = [(n, "call-x:1", n, topic, state) for n, (topic, state) in enumerate(told, start=1)]
    return pl.DataFrame(rows, schema={**ROW_FIELDS, "state": pl.String()}, orient="row")


def test_a_chain_of_superseded_topics_is_read_as_the_topic_in_force() -> None:
    told = log(
        ("call.queued", f'{ENVELOPE},"queue":"motor"}}'),
        ("call.ringing", f'{ENVELOPE},"place":"int"}}'),
        ("call.waiting", f'{ENVELOPE},"desk":"华东"}}'),
        ("call.ringing", f'{ENVELOPE},"place":"motor"}}'),
    )
    decoded = decode(
        told,
        fields=fields_of_stream("call"),
        topics=stream_topics("call"),
        upcasters=(WAITING, RINGING),
    )
    assert decoded.poison is None
    assert decoded.events["topic"].to_list() == ["call.queued"] * 4
    assert decoded.events["queue"].to_list() == ["motor", "internal", "华东", "motor"]
    assert decoded.events["position"].to_list() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "state", ["{", f'{ENVELOPE},"place":null}}', f"{ENVELOPE}}}", f'{ENVELOPE},"place":5'], ids=len
)
def test_a_superseded_event_that_cannot_be_read_is_poison(state: str) -> None:
    good = ("call.ringing", f'{ENVELOPE},"place":"int"}}')
    decoded = decode(
        log(good, ("call.ringing", state), good),
        fields=fields_of_stream("call"),
        topics=stream_topics("call"),
        upcasters=(RINGING, WAITING),
    )
    assert decoded.poison is not None
    assert decoded.poison.position == 2
    assert decoded.events["queue"].to_list() == ["internal"]


def test_a_log_without_superseded_topics_is_left_alone() -> None:
    told = log(("call.queued", f'{ENVELOPE},"queue":"motor"}}'))
    assert in_force(told, ()) is told
    assert in_force(told, (RINGING,)) is told
