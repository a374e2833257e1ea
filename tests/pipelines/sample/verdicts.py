"""The audits that a year-end file wants, and whether a finding is what it wants."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.figures_file import read_figures
from pipelines.organisation import read_organisation
from pipelines.sample.organisations import ORGANISATIONS
from pipelines.sample.write import write_figures
from projections.metrics.audit.audit import audit
from projections.metrics.audit.findings import Finding
from projections.metrics.audit.statements import Figure, Statement
from tests.pipelines.sample.given import NOW, SHARED_FIGURES, request_for
from tests.projections.metrics.examples import frame
from tests.projections.metrics.memory import Memory

UNSAID = {"on", "of", "a", "days", "gives", "each", "relative"}


def printed_audits(organisation: str) -> list[dict[str, Any]]:
    """What the year-end file says of each figure; nothing where there is no such file."""
    if not SHARED_FIGURES.exists():
        return []
    figures = yaml.safe_load(SHARED_FIGURES.read_text(encoding="utf-8"))
    audits: list[dict[str, Any]] = figures[organisation]["audit"]
    return audits


def found_of(organisation: str, memory: Memory, *, year: int, folder: Path) -> dict[str, Finding]:
    """The findings on those figures of an organisation, by what is printed, from facts in memory."""
    source = Memory({**memory.tellings, "organisation_rules": _rules(organisation)})
    path = write_figures(ORGANISATIONS[organisation], request_for(folder, year=year))
    wanted = {key(one["figure"]) for one in printed_audits(organisation)}
    return {
        name: audit(source, one, now=NOW, as_of=NOW)
        for one in read_figures(path)
        if (name := key(_text(one))) in wanted
    }


def key(figure: str) -> str:
    """A series is known by what stands before its numbers."""
    return figure.partition(":")[0]


def assert_as_wanted(found: Finding, wanted: dict[str, Any]) -> None:
    """The verdict is the wanted one, and everything that is to be said is said."""
    assert found.verdict == wanted["verdict"], found
    said = _words(" ".join((found.computed or "", found.how or "", *found.hints)))
    for name in ("hint", "computed"):
        assert _words(str(wanted.get(name, ""))) <= said, (name, found)
    how = str(wanted.get("how", ""))
    if how and re.fullmatch(r"[\d.+\-*/() ]+", how):
        assert eval(how) == pytest.approx(eval(str(found.how)))  # noqa: S307  digits and signs alone
    else:
        assert _words(how) <= said, found


def _text(one: Figure | Statement) -> str:
    return one.statement if isinstance(one, Statement) else str(one.figure)


def _rules(organisation: str) -> pl.DataFrame:
    """The organisation's rules as rows of their fact."""
    rules = read_organisation(ORGANISATIONS[organisation].rules)
    return frame(
        "organisation_rules", [rule._asdict() | {"organisation": "organisation-x:x"} for rule in rules]
    )


def _words(text: str) -> set[str]:
    """Words and numbers, without their separators and closing zeros."""
    found = re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.lower().replace(",", ""))
    return {word if word.isalpha() else f"{float(word):g}" for word in found} - UNSAID
