"""Where a command reads its settings and writes its answer: passed in, so that tests can look."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.settings import Settings


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Console:
    """The environment and the two streams of one run of `kefu`."""

    environ: Mapping[str, str]
    stdout: IO[str]
    stderr: IO[str]
    clock: Callable[[], datetime] = utc_now

    def settings(self, store: str | None) -> "Settings":
        """The settings, with `--store` before KEFU_STORE."""
        # Imported here because it brings psycopg, for which `kefu --help` need not wait.
        from infra.settings import read_settings  # noqa: PLC0415

        return read_settings({**self.environ, **({"KEFU_STORE": store} if store else {})})

    def say(self, line: str = "") -> None:
        """Write a line of the answer."""
        self.stdout.write(f"{line}\n")

    def note(self, line: str) -> None:
        """Write a line beside the answer."""
        self.stderr.write(f"{line}\n")

    def document(self, content: Any) -> None:
        """Write the answer as one JSON document."""
        self.stdout.write(json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n")
