"""Every printed figure and statement of the sample organisations gets its verdict, with what explains it."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.figures_file import read_figures
from pipelines.organisation import read_organisation
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.request import Request
from pipelines.sample.write import write_figures
from projections.metrics.audit.audit import audit
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.statements import Statement
from tests.pipelines.sample.answered import memory_of
from tests.pipelines.sample.given import NOW, SHARED_FIGURES, request_for, told, written
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

pytestmark = [
    pytest.mark.skipif(not SHARED_FIGURES.exists(), reason=f"there is no {SHARED_FIGURES}"),
    pytest.mark.xdist_group("audit_verdicts"),
]

READ: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "insurer_hotline": {
        "units": ("unit_moves",),
        "calls": ("calls", "call_purposes"),
        "claims": ("claims",),
        "delegated_surveys": ("claim_delegations",),
        "callbacks": ("callbacks",),
        "petitions": ("complaints",),
    },
    "freight_carrier": {
        "waybills": ("volumes",),
        "waybills-july": (),
        "income": (),
        "targets": ("targets",),
        "complaints": ("complaints",),
        "complaints-july": (),
        "complaint_liability": ("complaint_liabilities",),
        "complaint_liability-july": (),
        "claim_reports": ("claims",),
        "claim_approvals": ("claim_approvals",),
        "claim_settlements": ("claim_payments",),
    },
    "mobile_operator": {
        "targets": ("targets",),
        "customers": ("customers",),
        "values": ("customer_classes",),
        "contracts": ("contracts",),
        "departures": ("churns",),
    },
    "life_inbound_centre": {"staff": ("agents",)},
}
"""The files that the figures need, each with the facts that it is read for."""
SCALES = {"mobile_operator": "1/50"}
"""Shares of a small branch are printed alike; whose counts are printed is read at its real size."""


def rules_of(organisation: str) -> pl.DataFrame:
    """The organisation's rules as rows of their fact."""
    path = ORGANISATIONS[organisation].rules
    return frame(
        "organisation_rules",
        [rule._asdict() | {"organisation": "organisation-x:x"} for rule in read_organisation(path)],
    )


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Finding]]:
    """The verdicts on an organisation's figures, by what is printed."""
    known: dict[str, dict[str, Finding]] = {}

    def found(organisation: str) -> dict[str, Finding]:
        if organisation not in known:
            known[organisation] = _findings(organisation, tmp_path_factory.mktemp(organisation))
        return known[organisation]

    return found


def _findings(organisation: str, folder: Path) -> dict[str, Finding]:
    year = ORGANISATIONS[organisation].printed
    request = request_for(folder, scale=SCALES.get(organisation, "1"), year=year)
    source = facts_of(organisation, request)
    whole = Request(year=year, seed=request.seed, scale=Fraction(1), out=folder)
    figures = read_figures(write_figures(ORGANISATIONS[organisation], whole))
    wanted = {_key(one["figure"]) for one in printed_audits(organisation)}
    return {
        _key(text): audit(source, one, now=NOW, as_of=NOW)
        for one in figures
        if _key(text := str(one.statement if isinstance(one, Statement) else one.figure)) in wanted
    }


def facts_of(organisation: str, request: Request) -> Memory:
    files = READ[organisation]
    facts = [fact for each in files.values() for fact in each]
    events = [told(one) for name in files for one in written(organisation, request, only=name)]
    memory = memory_of(events, *facts)
    return Memory({**memory.tellings, "organisation_rules": rules_of(organisation)})


def _key(figure: str) -> str:
    """A series is known by what stands before its numbers."""
    return figure.partition(":")[0]


def printed_audits(organisation: str) -> list[dict[str, Any]]:
    if not SHARED_FIGURES.exists():
        return []
    figures = yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))
    audits: list[dict[str, Any]] = figures[organisation]["audit"]
    return audits


AUDITS = [(organisation, one) for organisation in READ for one in printed_audits(organisation)]


@pytest.mark.parametrize(("organisation", "wanted"), AUDITS, ids=lambda one: str(one)[:60])
def test_a_printed_figure_gets_its_verdict(
    organisation: str, wanted: dict[str, Any], findings: Callable[[str], dict[str, Finding]]
) -> None:
    found = findings(organisation)[_key(wanted["figure"])]
    assert found.verdict == wanted["verdict"], found
    said = words(" ".join((found.computed or "", found.how or "", *found.hints)))
    for key in ("hint", "computed"):
        assert words(str(wanted.get(key, ""))) <= said, (key, found)
    assert_same_sum(str(wanted.get("how", "")), found)


UNSAID = {"on", "of", "a", "days", "gives", "each", "relative"}


def words(text: str) -> set[str]:
    """Words and numbers, without their separators and closing zeros."""
    found = re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.lower().replace(",", ""))
    return {word if word.isalpha() else f"{float(word):g}" for word in found} - UNSAID


def assert_same_sum(how: str, found: Finding) -> None:
    """The sum printed comes to the one that was done; words are among those said."""
    sum_of = re.compile(r"[\d.+\-*/() ]+")
    if sum_of.fullmatch(how) and how:
        assert eval(how) == pytest.approx(eval(str(found.how)))  # noqa: S307  our own digits and signs
    else:
        assert words(how) <= words(" ".join((found.how or "", *found.hints))), found
