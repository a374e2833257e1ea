"""Printed figures and statements of the sample organisations get their verdicts, with what explains them.

Those of the insurer are in test_insurer_hotline.py, beside the facts that they are judged by.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines.sample.organisations import ORGANISATIONS
from projections.metrics.audit.findings import Finding
from tests.pipelines.sample.answered import memory_of
from tests.pipelines.sample.given import SHARED_FIGURES, request_for, told, written
from tests.pipelines.sample.verdicts import assert_as_wanted, found_of, key, printed_audits

pytestmark = pytest.mark.skipif(not SHARED_FIGURES.exists(), reason=f"there is no {SHARED_FIGURES}")

READ: Mapping[str, Mapping[str, tuple[str, ...]]] = {
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


AUDITS = [(organisation, one) for organisation in READ for one in printed_audits(organisation)]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Finding]]:
    """The findings on an organisation's figures, made once."""
    known: dict[str, dict[str, Finding]] = {}

    def found(organisation: str) -> dict[str, Finding]:
        if organisation not in known:
            known[organisation] = _findings(organisation, tmp_path_factory.mktemp(organisation))
        return known[organisation]

    return found


def _findings(organisation: str, folder: Path) -> dict[str, Finding]:
    year, files = ORGANISATIONS[organisation].printed, READ[organisation]
    request = request_for(folder, scale=SCALES.get(organisation, "1"), year=year)
    events = [told(one) for name in files for one in written(organisation, request, only=name)]
    memory = memory_of(events, *(fact for facts in files.values() for fact in facts))
    return found_of(organisation, memory, year=year, folder=folder)


@pytest.mark.parametrize(("organisation", "wanted"), AUDITS, ids=lambda one: str(one)[:60])
def test_a_printed_figure_gets_its_verdict(
    organisation: str, wanted: dict[str, Any], findings: Callable[[str], dict[str, Finding]]
) -> None:
    assert_as_wanted(findings(organisation)[key(wanted["figure"])], wanted)
