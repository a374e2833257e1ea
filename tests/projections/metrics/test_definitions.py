"""The listed definitions are whole, unique and compute the vectors of the domain page."""

from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from projections.metrics import catalogue
from projections.metrics.answer import answer
from projections.metrics.askable import own_column
from projections.metrics.catalogue import complaint_rate_metrics
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import METRICS, find_definition
from projections.metrics.errors import UnknownDefinition, UnknownMetric
from projections.metrics.measures import DAYS, MEASURES, fact_of, measure_named
from projections.metrics.question import Question
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-06-01T00:00")
EARLY = {"wait_ms": 5_000}
IN_TIME = {"wait_ms": 20_000}
LATE = {"wait_ms": 20_001}

SERVICE_LEVEL_VECTOR: list[tuple[int, dict[str, Any]]] = [
    (860, {"outcome": "answered", **IN_TIME}),
    (140, {"outcome": "answered", **LATE}),
    (10, {"outcome": "abandoned", **EARLY}),
    (10, {"outcome": "abandoned", **IN_TIME}),
    (40, {"outcome": "abandoned", **LATE}),
]
"""A=1000 B=60 A_20=860 B_20=20 B_>20=40 B_5=10 of the domain page."""


@pytest.mark.parametrize(
    ("definition", "percent"),
    [("sl1", 83.0), ("sl2", 86.0), ("sl3", 81.1), ("sl4", 82.7), ("sl5", 82.1), ("sl6", 81.9), ("sl7", 83.0)],
)
def test_the_service_level_vector_of_the_domain_page(definition: str, percent: float) -> None:
    kinds = [kind for count, kind in SERVICE_LEVEL_VECTOR for _ in range(count)]
    calls = frame("calls", [call(number, **kind) for number, kind in enumerate(kinds)])
    question = Question(
        metric="service_level", definition=definition, start=date(2024, 1, 1), end=date(2024, 2, 1)
    )
    (only,) = answer(Memory({"calls": calls}), question, now=NOW)
    assert only.value is not None
    assert round(100 * only.value, 1) == percent


def test_the_first_definition_listed_is_the_default() -> None:
    assert find_definition("answer_rate", None).id == "line"
    assert find_definition("service_level", None).id == "sl1"
    assert find_definition("complaint_rate", None).id == "recorded_per_waybills"


def test_the_definition_may_follow_the_metric_after_a_dot() -> None:
    assert find_definition("service_level.sl3", None).id == "sl3"


def test_an_unknown_metric_names_the_nearest() -> None:
    with pytest.raises(UnknownMetric, match="did you mean 'answer_rate'"):
        find_definition("answer_rat", None)


def test_an_unknown_definition_names_what_there_is() -> None:
    with pytest.raises(UnknownDefinition, match="it has line, agent"):
        find_definition("answer_rate", "hotline")


def test_complaint_rates_are_every_numerator_per_every_base() -> None:
    ids = {definition.id for definition in METRICS if definition.metric == "complaint_rate"}
    assert len(ids) == len(complaint_rate_metrics.NUMERATORS) * len(complaint_rate_metrics.BASES)
    assert "after_appeal_per_policies" in ids


def test_names_are_unique_and_every_definition_made_is_listed() -> None:
    assert len({definition.name for definition in METRICS}) == len(METRICS)
    modules = [
        import_module(f"{catalogue.__name__}.{module.name}") for module in iter_modules(catalogue.__path__)
    ]
    values = [value for module in modules for value in vars(module).values()]
    tuples = [value if isinstance(value, tuple) else (value,) for value in values]
    made = {one.name for values in tuples for one in values if isinstance(one, MetricDefinition)}
    assert {definition.name for definition in METRICS} == made


def test_every_measure_is_read_by_a_definition_or_counts_for_one() -> None:
    read = {name.partition("@")[0] for definition in METRICS for name in definition.measures}
    counted = {measure_named(name).counted_by for name in read}
    assert {measure.name for measure in MEASURES} - read - counted == {"flowed_out"}


@pytest.mark.parametrize("definition", METRICS, ids=lambda definition: definition.name)
def test_dimensions_exist_on_every_side_that_is_not_held_whole(definition: MetricDefinition) -> None:
    numerators = {fact_of(name) for _, name in definition.numerator}
    shared = set(definition.dimensions) - set(definition.held_whole)
    for fact in {fact_of(name) for name in definition.measures} - {DAYS}:
        wanted = set(definition.dimensions) if fact in numerators else shared
        assert {name for name in wanted if own_column(fact, name) is None} == set()
