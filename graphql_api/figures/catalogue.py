"""What can be asked of metrics: every definition and score card, what it means, by what, since when."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import cache, partial
from typing import Any

import polars as pl
import strawberry
from graphql import GraphQLError
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.arguments import argument, checked_count, checked_text
from graphql_api.coded_errors import NOTHING_PROJECTED
from graphql_api.figures.score_card_entries import Entry, score_card_entries
from graphql_api.figures.words import Grain
from graphql_api.lists.read_model import MOST_SKIPPED
from graphql_api.request_context import RequestContext
from graphql_api.services import Services
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.facts import SPECS
from projections.metrics.askable import SEGMENT, askable, can_be_asked
from projections.metrics.comparison import POINTS
from projections.metrics.composites import SCORE_CARD
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import METRICS, find_definition
from projections.metrics.derived import DERIVED
from projections.metrics.measures import DAYS, fact_of, measure_named, stored_facts_of

MOST_ENTRIES = 1_000
VOLUMES = "volumes"


@strawberry.type(description="One definition of a metric, or one of the organisation's score cards.")
class CatalogueEntry:
    metric: str = told("The metric's name.")
    definition: str = told("The definition's id.")
    is_default: bool = told("Whether it is used where no definition is named.")
    name_en: str = told("Its English name.")
    name_zh: str = told("Its Chinese name.")
    meaning: str = told("What it says.")
    numerator: str = told("What is counted, as measures with their weights.")
    denominator: str | None = told("Out of what; null for a count or an amount.")
    unit: str = told("The unit of its values.")
    scale: float = told("What the quotient is multiplied by.")
    direction: str = told("Which is better: higher, lower or neither.")
    dimensions: list[str] = told("What it can be grouped by and filtered on: its own, then what is joined.")
    held_whole: list[str] = told("Dimensions over which the denominator is held whole.")
    ripening_hours: float | None = told("How long after a day's end its rows may still change; null if not.")
    source: str = told("Where the definition comes from.")
    effective_from: date | None = told("The first day on which it is in force; null for always.")
    effective_to: date | None = told("The first day on which it no longer is; null for always.")
    id: strawberry.ID = told("metric.definition: what `metrics` takes for its name.")
    grains: list[Grain] = told("How its periods can be cut.")
    is_cut_as_recorded: bool = told(
        "Whether it reads recorded volumes, which are never cut finer than they were recorded."
    )
    change_unit: str = told("The unit of a change: `compare` sets any value beside an earlier one.")
    takes_segment: bool = told("Whether a segment can filter it: every fact that it reads has a customer.")
    facts: list[str] = told("The facts that it is made from.")


COLUMNS = tuple(CatalogueEntry.__annotations__)


class MetricCatalogue(FieldExtension):
    """Gives a root field of type `list[CatalogueEntry]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        names = "Only these metrics, or definitions as metric.definition."
        search = "Only those with this text in a name, in either language, or in what they say."
        field.arguments = [
            argument("metric", list[str] | None, names, default=None),
            argument("search", str | None, search, default=None),
            argument("dimension", str | None, "Only those that can be asked by it.", default=None),
            argument("takes_segment", bool | None, "Only those that a segment can filter.", default=None),
            argument("limit", int, "How many at most, up to 1,000.", default=MOST_ENTRIES),
            argument("offset", int, "How many to skip, up to 100,000.", default=0),
        ]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[CatalogueEntry]]:
        return self._entries(info, given)

    async def _entries(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[CatalogueEntry]:
        limit = checked_count("limit", given["limit"], most=MOST_ENTRIES)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            every = zip(METRICS, _rows(), strict=True)
            found = [row for definition, row in every if _is_wanted(definition, given)]
            if any(_may_be_of_cards(name) for name in given["metric"] or [SCORE_CARD]):
                cards = await _cards(info.context.services)
                found += [
                    tuple(card[name] for name in COLUMNS) for card in cards if _is_wanted_card(card, given)
                ]
            page = found[offset : offset + limit]
            note.shows(len(page), of=len(found), offset=offset)
        return TupleRows(CatalogueEntry, columns=COLUMNS, tuples=page)


def _is_wanted(definition: MetricDefinition, given: dict[str, Any]) -> bool:
    names, search, dimension, takes = (
        given[name] for name in ("metric", "search", "dimension", "takes_segment")
    )
    words = (definition.name, definition.name_en, definition.name_zh, definition.meaning)
    return (
        (names is None or definition.metric in names or definition.name in names)
        and (search is None or any(checked_text("search", search).lower() in text.lower() for text in words))
        and (dimension is None or can_be_asked(definition, dimension, as_filter=True))
        and (takes is None or takes is can_be_asked(definition, SEGMENT, as_filter=True))
    )


async def _cards(services: Services) -> list[Entry]:
    """None where nothing is told yet."""
    try:
        return await services.ask_facts(partial(score_card_entries, recorded=VOLUMES))
    except GraphQLError as error:
        if (error.extensions or {}).get("code") == NOTHING_PROJECTED:
            return []
        raise


def _may_be_of_cards(name: str) -> bool:
    return name.partition(".")[0] == SCORE_CARD


def _is_wanted_card(card: Entry, given: dict[str, Any]) -> bool:
    names, search, dimension, takes = (
        given[name] for name in ("metric", "search", "dimension", "takes_segment")
    )
    words = (card[name] for name in ("id", "name_en", "name_zh", "meaning"))
    return (
        (names is None or card["metric"] in names or card["id"] in names)
        and (search is None or any(checked_text("search", search).lower() in text.lower() for text in words))
        and (dimension is None or dimension in card["dimensions"])
        and (takes is None or takes is card["takes_segment"])
    )


@cache
def _rows() -> tuple[tuple[Any, ...], ...]:
    """Of every definition, in order: they are the program's own, and stay as they are."""
    return tuple(map(_row, METRICS))


def _row(definition: MetricDefinition) -> tuple[Any, ...]:
    ripening = definition.ripening
    facts = {fact_of(name) for name in definition.measures} - {DAYS}
    return (
        definition.metric,
        definition.id,
        find_definition(definition.metric, None) is definition,
        definition.name_en,
        definition.name_zh,
        definition.meaning,
        _terms(definition.numerator),
        _terms(definition.denominator) if definition.denominator else None,
        definition.unit,
        float(definition.scale),
        definition.direction,
        list(askable(definition)),
        list(definition.held_whole),
        ripening.total_seconds() / 3600 if ripening else None,
        definition.source,
        definition.effective_from,
        definition.effective_to,
        definition.name,
        [grain for grain in Grain if grain is not Grain.HOUR or not _is_of_days(definition)],
        VOLUMES in facts,
        POINTS if definition.unit == "share" else definition.unit,
        can_be_asked(definition, SEGMENT, as_filter=True),
        sorted(stored_facts_of(definition.measures)),
    )


def _is_of_days(definition: MetricDefinition) -> bool:
    """Whether something that it sums happens on a day, and at no moment of it."""
    measures = [measure_named(name) for name in definition.measures]
    return any(
        (DERIVED[one.fact].schema if one.fact in DERIVED else SPECS[one.fact].schema).get(one.time) == pl.Date
        for one in measures
        if one.fact != DAYS
    )


def _terms(terms: tuple[tuple[int, str], ...]) -> str:
    return " ".join(f"{'+' if weight > 0 else '-'} {_weighted(abs(weight), name)}" for weight, name in terms)[
        2:
    ]


def _weighted(weight: int, name: str) -> str:
    return name if weight == 1 else f"{weight} {name}"
