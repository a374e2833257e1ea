"""One printed number judged: by what it is said to be, and where that fails by what else would give it."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain

from projections.metrics.audit.asking import NOTHING_BELOW, Asker
from projections.metrics.audit.cases import SHARE, Case, scale_of
from projections.metrics.audit.claims import COMPUTED, now_and_before
from projections.metrics.audit.findings import Candidate, Finding
from projections.metrics.audit.hints import hints_of, moved_base_hint
from projections.metrics.audit.neighbours import TELLING, neighbours
from projections.metrics.audit.printed import plain, shown
from projections.metrics.audit.statements import UNSTATED, Figure
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import definitions_of, find_definition
from projections.metrics.errors import UnknownDefinition, UnknownMetric


def judge(figure: Figure, case: Case, asker: Asker, *, more: Sequence[str] = ()) -> Finding:
    """The verdict on a figure with one number; `more` are hints that the caller has already."""
    text = figure.figure or ""
    try:
        stated = _stated(figure)
    except (UnknownMetric, UnknownDefinition) as error:
        return Finding(figure=text, verdict="definition missing", hints=(str(error),))
    known = {one.name: computed(case, one, asker) for one in definitions_of(stated[0].metric)}
    said = list(chain.from_iterable(known[one.name] for one in stated))
    fitting = [one for found in known.values() for one in found if fits(case, one)]
    if any(fits(case, one) for one in said):
        return _reproduced(text, case, said=said, fitting=fitting, asker=asker)
    return _not_reproduced(text, case, asker, stated=stated, said=said, fitting=fitting, more=more)


def computed(case: Case, definition: MetricDefinition, asker: Asker) -> list[Candidate]:
    return COMPUTED[case.claim](case, definition, asker)


def fits(case: Case, one: Candidate) -> bool:
    return one.value is not None and bool(case.printed.roundings_of(one.value))


def _stated(figure: Figure) -> tuple[MetricDefinition, ...]:
    """The definition named, the default where none is, and all of them where the report leaves it open."""
    if figure.definition == UNSTATED:
        return definitions_of(figure.metric or "")
    return (find_definition(figure.metric or "", figure.definition),)


def _reproduced(
    text: str, case: Case, *, said: Sequence[Candidate], fitting: Sequence[Candidate], asker: Asker
) -> Finding:
    good = next(one for one in said if fits(case, one))
    return Finding(
        figure=text,
        verdict="reproduces",
        computed=case.printed.show(good.value or Fraction(0)),
        how=f"{good.how}{_rounded(case, good)}{_by_base(case, good, said)}",
        reproduced_by=_listed(case, fitting),
        position=lowest(asker),
    )


def _not_reproduced(  # noqa: PLR0913 - what was found so far, all by name
    text: str,
    case: Case,
    asker: Asker,
    *,
    stated: Sequence[MetricDefinition],
    said: Sequence[Candidate],
    fitting: Sequence[Candidate],
    more: Sequence[str],
) -> Finding:
    told = [one for one in said if one.value is not None]
    if wrong := _wrong_unit(text, case, stated[0], asker):
        return wrong
    if len(stated) > 1:
        return _finding(text, case, said=told, asker=asker, verdict="definition missing", hints=tuple(more))
    is_empty = any(one.lacks == NOTHING_BELOW for one in said)
    if not told and is_empty and (unruled := _without_rules(stated[0], asker)):
        return _finding(
            text, case, said=said, asker=asker, verdict="definition missing", hints=(*unruled, *more)
        )
    if not told:
        hints = (*more, *dict.fromkeys(one.lacks for one in said), *_given_by(fitting))
        return _finding(text, case, said=said, asker=asker, verdict="cannot be checked", hints=hints)
    near = [one for one in neighbours(case, stated[0], asker) if fits(case, one)]
    hints = hints_of(case, stated[0], asker, stated=told, others=[*fitting, *near])
    found = _finding(text, case, said=told, asker=asker, verdict="does not reproduce", hints=(*more, *hints))
    return _with_matches(found, case, [*fitting, *near])


def _without_rules(definition: MetricDefinition, asker: Asker) -> list[str]:
    """The kinds of rules that a definition rests on and of which the organisation has none."""
    return [
        f"{definition.name} is what a rule {kind} says, and the organisation has none"
        for kind in definition.ruled_by
        if asker.rules(kind).is_empty()
    ]


def _finding(text: str, case: Case, *, said: Sequence[Candidate], asker: Asker, **told: object) -> Finding:
    values = [(one, one.value) for one in said if one.value is not None]
    unlike = [f"{_telling(case, value)}{_base(one)}" for one, value in values]
    hows = dict.fromkeys(f"{one.how}" for one, _ in values)
    return Finding(
        figure=text,
        computed=", ".join(unlike) or None,
        how=", ".join(hows) or None,
        position=lowest(asker),
        **told,  # type: ignore[arg-type]
    )


def _telling(case: Case, value: Fraction) -> str:
    """A value with the decimals printed, and with as many more as make three digits."""
    whole_digits = len(str(int(abs(value))).lstrip("0"))
    decimals = max(case.printed.decimals, TELLING - whole_digits if value.denominator != 1 else 0)
    return shown(value, decimals=decimals, unit=case.printed.unit)


def _with_matches(found: Finding, case: Case, matches: Sequence[Candidate]) -> Finding:
    return replace(found, reproduced_by=_listed(case, matches))


def _listed(case: Case, found: Sequence[Candidate]) -> tuple[dict[str, object], ...]:
    return tuple(
        one.as_json(roundings=case.printed.roundings_of(one.value)) for one in found if one.value is not None
    )


def _wrong_unit(text: str, case: Case, definition: MetricDefinition, asker: Asker) -> Finding | None:
    """Percent printed where the change is so many points, or points where it is so many percent."""
    if definition.unit != SHARE or case.claim not in ("change", "relative_change"):
        return None
    now, before = now_and_before(case, definition, asker)
    if now.value is None or not before.value:
        return None
    scale = scale_of(case.printed, is_share=True)
    points, relative = scale * (now.value - before.value), scale * (now.value / before.value - 1)
    other = points if case.printed.unit == "percent" else relative
    if not case.printed.roundings_of(other):
        return None
    in_points = shown(points, decimals=case.printed.decimals, unit="points")
    return Finding(
        figure=text,
        verdict="wrong unit",
        computed=f"{in_points}; {shown(relative, decimals=0)} % relative",
        how=f"{plain(scale * now.value)} against {plain(scale * before.value)}",
        hints=tuple(moved_base_hint(case, definition, asker)),
        position=lowest(asker),
    )


def _given_by(fitting: Sequence[Candidate]) -> list[str]:
    return [f"{one.definition} gives it: {one.how}" for one in fitting]


def _rounded(case: Case, one: Candidate) -> str:
    names = case.printed.roundings_of(one.value or Fraction(0))
    return "" if "half up" in names else f", {names[0]}"


def _base(one: Candidate) -> str:
    return "" if one.base is None else f" on {_days(one)}"


def _days(one: Candidate) -> str:
    return one.how.rpartition(" / ")[2] + " days"


def _by_base(case: Case, good: Candidate, said: Sequence[Candidate]) -> str:
    """Which base of days it is, and what the others would give."""
    if good.base is None:
        return ""
    others = [
        f"{_days(one)} give {case.printed.show(one.value)}"
        for one in said
        if one.value is not None and _days(one) != _days(good)
    ]
    return f", base of {_days(good)} ({', '.join(others)})"


def lowest(asker: Asker) -> int | None:
    """The position at which everything that was asked is known."""
    return min(asker.positions, default=None)
