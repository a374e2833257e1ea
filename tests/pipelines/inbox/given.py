"""An inbox over the store of a test, with one mapping and what is dropped into its folder."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from infra.settings import Settings
from infra.stores import Store
from pipelines.inbox.folders import RECEIPT, Inbox, Look, own_inbox
from pipelines.inbox.rounds import take_all
from pipelines.inbox.taking import Taken
from pipelines.stores import open_store
from tests.pipelines.given import CALLS, ROWS


@dataclass(frozen=True, kw_only=True)
class Drop:
    """An inbox, and the folder in it of the mapping `calls`."""

    inbox: Inbox

    @property
    def folder(self) -> Path:
        return self.inbox.root / "calls"

    @property
    def mapping(self) -> Path:
        return self.inbox.settings.home / self.inbox.settings.store / "mappings" / "calls.yaml"

    def put(self, name: str, rows: str = ROWS) -> Path:
        """Write a file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_text(rows, encoding="utf-8")
        return path

    def take(self, *, later: timedelta = timedelta(seconds=11)) -> list[Taken]:
        """Take what is whole a while later; every clock is then."""
        return list(take_all(self.inbox, opened=self.opened, clock=lambda: now() + later))

    def look(self, *, later: timedelta = timedelta(seconds=11)) -> Look:
        return self.inbox.look(now=now() + later)

    def opened(self) -> Store:
        return open_store(self.inbox.settings)

    def names(self, *parts: str) -> list[str]:
        """Every file below, but for the lock."""
        below = self.folder.joinpath(*parts)
        return sorted(str(path.relative_to(below)) for path in below.rglob("*") if path.is_file())

    def receipt(self, name: str) -> dict[str, Any]:
        receipt: dict[str, Any] = msgspec.json.decode((self.folder / f"{name}{RECEIPT}").read_bytes())
        return receipt


def drop_into(settings: Settings, *, mapping: str = CALLS) -> Drop:
    """An inbox of the store that the settings name, with the mapping `calls`."""
    made = Drop(inbox=own_inbox(settings))
    made.mapping.parent.mkdir(parents=True, exist_ok=True)
    made.mapping.write_text(mapping, encoding="utf-8")
    return made


def now() -> datetime:
    return datetime.now(UTC)


def aged(path: Path, *, days: float) -> None:
    """Set back the time of a receipt."""
    at = (now() - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
