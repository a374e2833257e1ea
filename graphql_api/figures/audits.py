"""Printed figures audited: which definitions and periods give what is printed, or that none does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from functools import partial
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graphql_api.access.limited_reads import refuse_limited
from graphql_api.arguments import argument, checked_position, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.figures.questions import moment_arguments, moment_of, values_by_dimension, zone_of
from graphql_api.figures.unseen_figures import check_unseen
from graphql_api.figures.words import DimensionFilter
from graphql_api.request_context import RequestContext
from graphql_api.scalars import YEARS, BigInt, Json
from graphql_api.told import told
from projections.metrics.audit.audit import audit
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.statements import UNSTATED, Claim, Figure, Since, Where
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts


@strawberry.enum(description="What a printed number is of its metric.")
class AuditedClaim(Enum):
    VALUE = strawberry.enum_value("value", description="Its value.")
    REST = strawberry.enum_value("rest", description="What its share leaves to the whole.")
    NUMERATOR = strawberry.enum_value("numerator", description="What is counted.")
    DENOMINATOR = strawberry.enum_value("denominator", description="Out of what.")
    SHARE_OF = strawberry.enum_value("share_of", description="The part that `where` is of `whole`.")
    PER_DAY = strawberry.enum_value("per_day", description="The value by day, on any base of days.")
    CHANGE = strawberry.enum_value("change", description="The change since the time before.")
    CHANGE_PER_DAY = strawberry.enum_value("change_per_day", description="The change by day.")
    RELATIVE_CHANGE = strawberry.enum_value(
        "relative_change", description="The change over the value before."
    )
    TARGET = strawberry.enum_value("target", description="The target for it.")


@strawberry.enum(description="From when a printed change is.")
class ChangeSince(Enum):
    YEAR_BEFORE = strawberry.enum_value("year_before", description="The same days of the year before.")
    PERIOD_BEFORE = strawberry.enum_value("period_before", description="The period before, as long.")


@strawberry.enum(description="Of which periods several printed figures are.")
class AuditedGrain(Enum):
    MONTH = strawberry.enum_value("month", description="Months.")
    QUARTER = strawberry.enum_value("quarter", description="Quarters.")


@strawberry.type(description="One reading of a metric that gives what is printed.")
class Reproduction:
    definition: str = told("The definition, as metric.definition.")
    start: date | None = strawberry.field(name="from", description="The first day.")
    end: date | None = strawberry.field(name="to", description="The first day that no longer counts.")
    where: Json = told("What it is narrowed to: an object of lists of values by dimension.")
    base: str | None = told("The days that a mean by day is divided by.")
    how: str = told("The sum behind the value.")
    value: float | None = told("The value before rounding, in the unit printed.")
    roundings: list[str] = told("The roundings that give the digits printed.")


@strawberry.type(description="The verdict on a printed figure.")
class AuditFinding:
    figure: str = told("The figure, as it was given.")
    verdict: str = told(
        "`reproduces` what is printed, or `does not reproduce`, `cannot be checked`, `definition missing`, "
        "`mixes definitions`, `wrong unit`."
    )
    computed: str | None = told("What the stated definition and period give, in the form printed.")
    how: str | None = told("The sum behind it.")
    hint: str | None = told("What else may be meant, where it does not fit.")
    hints: list[str] = told("The same, one by one.")
    reproduced_by: list[Reproduction] = told("The readings that give what is printed.")
    position: BigInt | None = told("The log was told up to here.")


def audit_arguments() -> list[StrawberryArgument]:
    narrowed = list[DimensionFilter] | None
    return [
        argument("metric", str, "The metric's name; `metricCatalogue` lists them."),
        argument("figure", str, 'The figure as it is printed, such as "84.42 %", or several with `grain`.'),
        argument("start", date, "The first day of the time that the figure is of.", name="from"),
        argument("end", date, "The first day that no longer counts: half-open.", name="to"),
        argument(
            "definition",
            str | None,
            f"Which definition it is said to be, `{UNSTATED}` where nothing is said; else the first.",
            default=None,
        ),
        argument("where", narrowed, "What the figure is narrowed to.", default=None),
        argument("claim", AuditedClaim, "What the figure is of its metric.", default=AuditedClaim.VALUE),
        argument("whole", narrowed, "With SHARE_OF: what the whole is narrowed to.", default=None),
        argument("since", ChangeSince, "From when a change is.", default=ChangeSince.YEAR_BEFORE),
        argument("grain", AuditedGrain | None, "The figures are those of consecutive periods.", default=None),
        argument("before", str | None, "What is printed of the time before a change.", default=None),
        argument("change", str | None, "A printed change since the time before.", default=None),
        *moment_arguments(),
    ]


class Audit(FieldExtension):
    """Gives a root field of type `AuditFinding` its arguments and its answer."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = audit_arguments()

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[AuditFinding]:
        return self._answer(info, given)

    async def _answer(self, info: strawberry.Info[RequestContext], given: dict[str, Any]) -> AuditFinding:
        refuse_limited(info.context.access.scope)
        figure = figure_of(given)
        ask = partial(_audited, figure, given, role=info.context.caller.role, now=info.context.now)
        return _shown(await info.context.services.ask_facts(ask))


def figure_of(given: dict[str, Any]) -> Figure:
    """Raises BadInputError for what no figure can be."""
    start, end = given["start"], given["end"]
    if start.year not in YEARS or end.year not in YEARS:
        raise BadInputError(f"years {YEARS[0]} to {YEARS[-1]} can be asked for", argument="from")
    claim: Claim = given["claim"].value
    since: Since = given["since"].value
    return Figure(
        figure=checked_text("figure", given["figure"]),
        metric=checked_text("metric", given["metric"]),
        definition=given["definition"],
        start=start,
        end=end,
        where=_narrowed("where", given["where"]),
        claim=claim,
        whole=_narrowed("whole", given["whole"]),
        since=since,
        grain=given["grain"] and given["grain"].value,
        before=given["before"],
        change=given["change"],
    )


def _narrowed(name: str, filters: list[DimensionFilter] | None) -> Where:
    return {key: tuple(values) for key, values in values_by_dimension(name, filters or []).items()}


def _audited(
    figure: Figure, given: dict[str, Any], facts: StoredFacts, *, role: str, now: datetime
) -> Finding:
    zone = zone_of({"time_zone": None}, default=facts.zone)
    as_of, known_at = (moment_of(given[name], zone) for name in ("as_of", "known_at"))
    position = checked_position("position", given["position"])
    asked = Question(
        metric=given["metric"],
        start=given["start"],
        end=given["end"],
        grain=figure.grain or "total",
        as_of=as_of,
        known_at=known_at,
        position=position,
    )
    is_of_the_unseen = check_unseen(facts, figure, asked, role=role, now=now)
    found = audit(facts, figure, now=now, as_of=as_of, known_at=known_at, position=position)
    # What else gives the figure is searched in periods that may be about too few.
    return replace(found, hints=(), reproduced_by=()) if is_of_the_unseen else found


def _shown(finding: Finding) -> AuditFinding:
    return AuditFinding(
        figure=finding.figure,
        verdict=finding.verdict,
        computed=finding.computed,
        how=finding.how,
        hint="; ".join(finding.hints) or None,
        hints=list(finding.hints),
        reproduced_by=[_reproduction(one) for one in finding.reproduced_by],
        position=None if finding.position is None else BigInt(finding.position),
    )


def _reproduction(one: Mapping[str, Any]) -> Reproduction:
    start, end = (None if one[end] is None else date.fromisoformat(one[end]) for end in ("from", "to"))
    told_of_it = {name: one[name] for name in ("definition", "where", "base", "how", "value", "roundings")}
    return Reproduction(start=start, end=end, **told_of_it)
