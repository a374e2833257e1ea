"""`python -m tests.api_suites [KIT]`: other people's suites against our endpoint, one table at the end."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.api_suites.kit import BESIDE, Kit, KitMissing, PartNotInstalled, copied
from tests.api_suites.served import asked, sample_store
from tests.api_suites.suites import SUITES, Asked, Outcome, Suite, ran

NAMES = tuple(suite.name for suite in SUITES)
NOT_MET, CANNOT_RUN = 1, 2


def main() -> int:
    arguments = _arguments()
    try:
        kit = copied(arguments.kit.resolve())
        outcomes = _all_ran(kit, arguments)
    except (KitMissing, PartNotInstalled) as problem:
        sys.stderr.write(f"api-suites: {problem}\n")
        return 0 if arguments.may_be_missing else CANNOT_RUN
    sys.stdout.write(table(outcomes) + "\n")
    return 0 if all(outcome.is_met for outcome in outcomes) else NOT_MET


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make api-suites", description=__doc__)
    parser.add_argument("kit", nargs="?", type=Path, default=BESIDE, help=f"the kit's folder ({BESIDE})")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="some of the suites")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long schemathesis goes on (120)")
    parser.add_argument("--against", help="the revision whose schema must not be broken")
    parser.add_argument("--may-be-missing", action="store_true", help="no failure where there is no kit")
    return parser.parse_args()


def _all_ran(kit: Kit, arguments: argparse.Namespace) -> list[Outcome]:
    suites = [suite for suite in SUITES if suite.name in arguments.only]
    with (
        tempfile.TemporaryDirectory(prefix="kefu-suites-") as folder,
        sample_store(Path(folder)) as settings,
        asked(settings, against=arguments.against, seconds=arguments.seconds) as given,
    ):
        return [_told(suite, kit, given) for suite in suites]


def _told(suite: Suite, kit: Kit, given: Asked) -> Outcome:
    outcome = ran(suite, kit, given)
    sys.stdout.write(f"--- {suite.name}\n{outcome.said.strip()}\n")
    sys.stdout.flush()
    return outcome


def table(outcomes: Sequence[Outcome]) -> str:
    """Each suite with what was reached and what must be."""
    rows = [
        ("suite", "reached", "must be", "", "seconds", "memory"),
        *(
            (
                one.suite.name,
                one.reached,
                one.suite.must,
                "met" if one.is_met else f"not met (exit {one.exit_status})",
                f"{one.seconds:.1f}",
                f"{one.peak_bytes / 1e6:.0f} MB",
            )
            for one in outcomes
        ),
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
