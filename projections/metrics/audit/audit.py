"""A printed figure or statement audited: `kefu audit` and the API ask here."""

from datetime import datetime

from projections.metrics.audit.asking import Asker
from projections.metrics.audit.cases import Case, cases_of
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.hints import two_bases_hint
from projections.metrics.audit.lists import judge_list
from projections.metrics.audit.named import judge_names
from projections.metrics.audit.several import judge_statement
from projections.metrics.audit.single import judge
from projections.metrics.audit.statements import Figure, Statement
from projections.metrics.audit.targets import judge_target
from projections.metrics.audit.unstated import judge_composite, not_the_readings
from projections.metrics.definitions import find_definition
from projections.metrics.errors import QuestionError
from projections.metrics.source import FactSource


def audit(  # noqa: PLR0913 - the coordinates of a question, all by name
    source: FactSource,
    printed: Figure | Statement,
    *,
    now: datetime,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    position: int | None = None,
) -> Finding:
    """The verdict on what is printed, from the facts as of a moment; an empty period is a QuestionError."""
    asker = Asker(source=source, now=now, as_of=as_of, known_at=known_at, position=position)
    if isinstance(printed, Statement):
        return judge_statement(printed, asker)
    return judge_figure(printed, asker)


def judge_figure(figure: Figure, asker: Asker) -> Finding:
    if figure.named_in is not None:
        return judge_names(figure, asker)
    if figure.parts:
        return judge_composite(figure, asker)
    cases = cases_of(figure)
    if figure.claim == "target":
        return judge_target(figure, cases[0], asker)
    if len(cases) > 1:
        return judge_list(figure, cases, asker)
    more = (*not_the_readings(figure, asker), *_two_bases(figure, cases[0], asker))
    return judge(figure, cases[0], asker, more=more)


def _two_bases(figure: Figure, case: Case, asker: Asker) -> list[str]:
    if figure.beside is None or figure.metric is None:
        return []
    try:
        definition = find_definition(figure.metric, figure.definition)
    except QuestionError:
        return []
    return two_bases_hint(case, cases_of(figure.beside)[0], definition, asker)
