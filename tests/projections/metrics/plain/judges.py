"""All judges and all words, by area; two areas may name the same column, then both their words are drawn."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from tests.projections.metrics.plain import (
    Judge,
    calls,
    campaigns,
    claim_times,
    claims,
    complaint_rates,
    complaints,
    customers,
    members,
    requests,
    service,
    volumes,
)

AREAS: tuple[ModuleType, ...] = (
    calls,
    service,
    complaints,
    complaint_rates,
    customers,
    campaigns,
    claim_times,
    claims,
    requests,
    volumes,
    members,
)

PLAIN: dict[str, Judge] = {name: judge for area in AREAS for name, judge in area.PLAIN.items()}


def _words() -> Mapping[str, tuple[Any, ...]]:
    words: dict[str, tuple[Any, ...]] = {}
    for area in AREAS:
        for column, values in getattr(area, "WORDS", {}).items():
            words[column] = tuple(dict.fromkeys([*words.get(column, ()), *values]))
    return words


WORDS = _words()
