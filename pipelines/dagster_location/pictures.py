"""`make pictures`: the pictures of the documentation, drawn from the definitions and of made-up customers."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from domain.organisation.rule_bodies import DEFAULT_ZONE
from infra.settings import read_settings
from pipelines.dagster_location.days import Calendar
from pipelines.dagster_location.definitions import definitions_over
from pipelines.dagster_location.lineage import Lineage
from pipelines.dagster_location.lineage_picture import lineage_picture
from pipelines.dagster_location.report_pictures import report_pictures

FOLDER = Path("docs/pictures")


def main() -> int:
    """Write every picture into the folder that is named, or into that of the documentation."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawn in pictures().items():
        (folder / name).write_text(drawn, encoding="utf-8")
        print(folder / name)
    return 0


def pictures() -> Mapping[str, str]:
    """Each picture as SVG, by the name of its file; no store is opened."""
    return {"lineage.svg": lineage_of_all(), **report_pictures()}


def lineage_of_all() -> str:
    """The lineage of the whole location."""
    definitions = definitions_over(
        read_settings({}),
        calendar=Calendar(zone=DEFAULT_ZONE, first_day=None),
        clock=lambda: datetime.now(UTC),
    )
    return lineage_picture(Lineage.of(definitions))


if __name__ == "__main__":
    sys.exit(main())
