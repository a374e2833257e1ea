"""What backups and restores are given from outside: variables, clock, who watches, what can be made again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """`environ` is what PostgreSQL's programs inherit; `watch` is told what is being done.

    `facts` are the names of what is derived from the log: their tables are left out, and made again from it.
    """

    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    watch: Callable[[str], None]
    facts: tuple[str, ...]
