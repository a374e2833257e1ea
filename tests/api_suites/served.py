"""What the suites are run against: a store with sample data, the API over it, our schema, an earlier one."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphql_api.print_schema import printed_schema
from infra.postgres import find_server
from infra.postgres.account import let_through
from infra.settings import Settings, read_settings
from tests.api_suites.kit import ROOT
from tests.api_suites.suites import Asked
from tests.benchmarks.api import listening
from tests.benchmarks.workbench import KEFU

ORGANISATION, SCALE = "mobile_operator", "1/200"
PRINTED = "graphql_api/schema.graphql"


@contextmanager
def sample_store(folder: Path) -> Iterator[Settings]:
    """A store filled by `kefu demo`, its server stopped at the end."""
    let_through(folder)
    settings = read_settings({"KEFU_HOME": str(folder / "home"), "KEFU_STORE": ORGANISATION})
    try:
        _kefu(settings, "demo", "--once", "--organisation", ORGANISATION, "--scale", SCALE)
        yield settings
    finally:
        if (server := find_server(settings)) is not None:
            server.stop()


@contextmanager
def asked(settings: Settings, *, against: str | None, seconds: float) -> Iterator[Asked]:
    """The API over a store on a free port, with an administrator's key, until it is stopped at the end."""
    key = json.loads(_kefu(settings, "key", "create", "--role", "admin", "--format", "json"))["key"]
    with tempfile.TemporaryDirectory(prefix="kefu-suites-") as written, listening(settings) as address:
        schema, earlier = Path(written) / "schema.graphql", Path(written) / "earlier.graphql"
        schema.write_text(printed_schema(), encoding="utf-8")
        earlier.write_text(earlier_schema(against), encoding="utf-8")
        url = f"{address}/graphql"
        yield Asked(url=url, key=key, schema=schema, earlier=earlier, seconds=seconds)


def earlier_schema(revision: str | None) -> str:
    """The schema as committed at a revision; else at the last release, or when it last was another one.

    Today's, where there is no history to compare with.
    """
    today = printed_schema()
    if revision := revision or _git("describe", "--tags", "--abbrev=0").strip():
        return _git("show", f"{revision}:{PRINTED}", is_needed=True)
    commits = _git("log", "-5", "--format=%H", "--", PRINTED).split()
    versions = [_git("show", f"{commit}:{PRINTED}") for commit in commits]
    return next((version for version in versions if version not in ("", today)), today)


def _git(*arguments: str, is_needed: bool = False) -> str:
    ran = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=is_needed)
    return ran.stdout if ran.returncode == 0 else ""


def _kefu(settings: Settings, *arguments: str) -> str:
    environ = os.environ | settings.environ()
    ran = subprocess.run([*KEFU, *arguments], env=environ, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"kefu {' '.join(arguments)}: {ran.stderr}")
    return ran.stdout
