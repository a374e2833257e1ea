"""Whole streams of the log as events, and the organisation's rules that they tell."""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.envelope import Event
from domain.folding import fold_live
from domain.organisation.rules import RuleBook
from domain.organisation.state import ORGANISATION_ID, evolve
from domain.topics import TOPICS, UPCASTERS, superseded_topics
from infra.event_store.log import EventLog

READERS: Mapping[str, Any] = {**TOPICS, **superseded_topics(UPCASTERS)}


def read_histories(
    log: EventLog, streams: Sequence[str], *, upto: int, without: frozenset[str] = frozenset()
) -> dict[str, list[Event]]:
    """Each stream's events at positions <= upto in the order of telling, but for some topics.

    A stream without such events is left out.
    """
    histories: dict[str, list[Event]] = {}
    for _, originator_id, version, topic, state in log.read_streams(streams, upto).iter_rows():
        if topic not in without:
            event = READERS[topic].from_json(
                state.encode(), originator_id=originator_id, originator_version=version
            )
            histories.setdefault(originator_id, []).append(event)
    return histories


def rules_of(log: EventLog, *, position: int) -> RuleBook:
    """The organisation's rules as they were told up to a position."""
    told = read_histories(log, [ORGANISATION_ID], upto=position).get(ORGANISATION_ID, [])
    return fold_live(told, initial=RuleBook(), evolve=evolve)
