"""The organisation's score cards as entries of the catalogue: metrics made of metrics, by its own rules."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from domain.organisation.score_cards import ScoreCard, ScoredMetric
from graphql_api.figures.words import Grain
from projections.metrics.askable import SEGMENT, askable, can_be_asked
from projections.metrics.composites import SCORE_CARD
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import METRICS, find_definition
from projections.metrics.derived_source import rules_told
from projections.metrics.measures import fact_of, stored_facts_of
from projections.metrics.score_cards import SCORE_CARD as RULE
from projections.metrics.source import FactSource

Entry = dict[str, Any]


def score_card_entries(source: FactSource, *, recorded: str) -> list[Entry]:
    """An entry for each card by name, as its last rule has it; `recorded` is the fact of recorded volumes.

    Without the clock: a card is in force from the day of its first rule on.
    """
    rules = rules_told(source, RULE, position=None)
    found: dict[str, tuple[date, str]] = {}
    for name, valid_from, body in rules.rows():
        found[name] = (found[name][0] if name in found else valid_from, body)
    return [_entry(name, *told, recorded=recorded) for name, told in sorted(found.items())]


def _entry(name: str, first: date, body: str, *, recorded: str) -> Entry:
    card = msgspec.convert(json.loads(body), ScoreCard, strict=False)
    parts = list(_definitions(card))
    ripening = [one.ripening for one in parts if one.ripening is not None]
    measures = [measure for one in parts for measure in one.measures]
    shared = (
        [one for one in askable(parts[0]) if all(one in askable(part) for part in parts)] if parts else []
    )
    return {
        "metric": SCORE_CARD,
        "definition": name,
        "is_default": False,
        "name_en": f"score card {name}",
        "name_zh": f"评分卡 {name}",
        "meaning": "The sum of weight × points, by the bands that values lie in, of "
        f"{', '.join(map(_said, card.parts))}; dimensions narrow it, and do not group it.",
        "numerator": " + ".join(f"{part.weight} {part.metric}" for part in card.parts),
        "denominator": None,
        "unit": "points",
        "scale": 1.0,
        "direction": "higher",
        "dimensions": shared,
        "held_whole": [],
        "ripening_hours": max(ripening).total_seconds() / 3600 if ripening else None,
        "source": f"the organisation's rules of kind {RULE}",
        "effective_from": first,
        "effective_to": None,
        "id": f"{SCORE_CARD}.{name}",
        "grains": list(Grain),
        "is_cut_as_recorded": any(fact_of(one) == recorded for one in measures),
        "change_unit": "points",
        "takes_segment": bool(parts) and all(can_be_asked(one, SEGMENT, as_filter=True) for one in parts),
        "facts": sorted(stored_facts_of(measures)),
    }


def _definitions(card: ScoreCard) -> Iterator[MetricDefinition]:
    """Of the parts that there are: a rule may name what no version has."""
    known = {name for one in METRICS for name in (one.metric, one.name)}
    for part in card.parts:
        if (part.metric if part.definition is None else f"{part.metric}.{part.definition}") in known:
            yield find_definition(part.metric, part.definition)


def _said(part: ScoredMetric) -> str:
    name = part.metric if part.definition is None else f"{part.metric}.{part.definition}"
    return f"{name} (weight {part.weight})"
