"""A run over days in a process of its own, for somebody to kill: `python -m … HOME STORE FIRST LAST`."""

import sys
import warnings
from datetime import date

import dagster as dg

with warnings.catch_warnings():
    # Assets that are observed and never made here are called beta.
    warnings.simplefilter("ignore", dg.BetaWarning)
    from tests.pipelines.dagster_location.examples import THREE_VIEWS, refreshed

from infra.settings import read_settings
from infra.stores import open_store
from pipelines.dagster_location.days import DayRange


def main(home: str, store: str, first: str, last: str) -> None:
    """Refresh the days of both views."""
    settings = read_settings({"KEFU_HOME": home, "KEFU_STORE": store})
    days = DayRange(date.fromisoformat(first), date.fromisoformat(last))
    with open_store(settings) as opened, dg.DagsterInstance.ephemeral() as instance:
        sys.exit(not refreshed(opened, days, instance=instance, views=THREE_VIEWS).success)


if __name__ == "__main__":
    main(*sys.argv[1:])
