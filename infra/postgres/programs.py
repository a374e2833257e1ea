"""Runs PostgreSQL's programs under the account that may."""

import subprocess
from pathlib import Path

from infra.postgres.account import Account, let_through


class ClusterError(Exception):
    """A cluster cannot be made, started or stopped; the sentence says why."""


def run_program(program: Path, *arguments: object, folder: Path, account: Account | None) -> None:
    """Run it within `folder`, its environment ours to say; ClusterError with its own words if it fails."""
    if account is not None:
        let_through(program.parent)
    finished = subprocess.run(  # noqa: S603 (PostgreSQL's own programs)
        [str(program), *map(str, arguments)],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=folder,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if finished.returncode != 0:
        reason = " ".join((finished.stderr or finished.stdout).split())
        raise ClusterError(f"{program.name} in {folder} failed: {reason}")
