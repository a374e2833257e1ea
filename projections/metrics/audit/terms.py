"""The named figures of a statement: what is printed of each, and what the facts say."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from msgspec.structs import replace

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.cases import Case, cases_of
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.printed import Printed, plain, read_printed, shown
from projections.metrics.audit.single import computed, judge
from projections.metrics.audit.statements import UNSTATED, Figure
from projections.metrics.audit.targets import target_values
from projections.metrics.definitions import find_definition
from projections.metrics.errors import QuestionError

AS_FRACTION = Printed(digits="100", unit="percent")
"""What stands for a term of which nothing is printed: a share is then in hundredths."""


@dataclass(frozen=True, kw_only=True)
class Term:
    """A figure by its name: `printed` and `computed` in the same unit, either may be unknown."""

    name: str
    figure: Figure
    printed: Printed | None
    computed: Fraction | None
    is_percent: bool
    finding: Finding | None

    @property
    def value(self) -> Fraction | None:
        """What is printed; what the facts say where nothing is."""
        return self.computed if self.printed is None else self.printed.value

    @property
    def known(self) -> Fraction | None:
        """What the facts say; what is printed where they say nothing."""
        return self.value if self.computed is None else self.computed

    @property
    def is_refuted(self) -> bool:
        """Whether the facts say otherwise than is printed."""
        return self.finding is not None and self.finding.verdict not in ("reproduces", "consistent")

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """Between which values the exact one lies: half a last digit around what is printed."""
        if self.printed is None or self.value is None:
            return (self.known or Fraction(0),) * 2
        half = self.printed.last_digit / 2
        return self.value - half, self.value + half

    def show(self, value: Fraction) -> str:
        return plain(value) if self.printed is None else shown(value, decimals=self.printed.decimals)


def terms_of(figures: Mapping[str, Figure], asker: Asker) -> dict[str, Term]:
    """Every figure by its name, audited where it says what it is."""
    return {name: _term(name, figure, asker) for name, figure in figures.items()}


def _term(name: str, figure: Figure, asker: Asker) -> Term:
    printed = read_printed(figure.figure)[0] if figure.figure else None
    if figure.metric is None:
        percent = printed is not None and printed.unit == "percent"
        return Term(
            name=name, figure=figure, printed=printed, computed=None, is_percent=percent, finding=None
        )
    case = cases_of(_with_number(figure))[0]
    percent = case.printed.unit == "percent" or (printed is not None and _is_share(figure))
    return Term(
        name=name,
        figure=figure,
        printed=printed,
        computed=_computed(figure, case, asker),
        is_percent=percent and (printed is not None or _is_share(figure)),
        finding=_finding(figure, case, asker) if printed is not None else None,
    )


def _with_number(figure: Figure) -> Figure:
    return figure if figure.figure else replace(figure, figure="100 %")


def _is_share(figure: Figure) -> bool:
    try:
        definition = find_definition(figure.metric or "", _id(figure))
    except QuestionError:
        return False
    return figure.claim == "share_of" or (definition.unit == "share" and figure.claim in ("value", "rest"))


def _id(figure: Figure) -> str | None:
    return None if figure.definition == UNSTATED else figure.definition


def _computed(figure: Figure, case: Case, asker: Asker) -> Fraction | None:
    if figure.claim == "target":
        return next((one.value for one in target_values(figure, asker)), None)
    try:
        found = computed(case, find_definition(figure.metric or "", _id(figure)), asker)
    except QuestionError:
        return None
    return found[0].value


def _finding(figure: Figure, case: Case, asker: Asker) -> Finding | None:
    if figure.claim == "target":
        return None
    return judge(figure, case, asker)
