"""Copies of a store's two databases in a folder, verified, and a store made again from them."""

from infra.backup.check import check
from infra.backup.errors import BackupError
from infra.backup.make import back_up, last_backups
from infra.backup.manifest import Manifest, read_manifest
from infra.backup.restore import Restored, finish_restore, leftovers, restore
from infra.backup.sources import Wanted, check_master_key, read_sources
from infra.backup.surroundings import Surroundings

__all__ = [
    "BackupError",
    "Manifest",
    "Restored",
    "Surroundings",
    "Wanted",
    "back_up",
    "check",
    "check_master_key",
    "finish_restore",
    "last_backups",
    "leftovers",
    "read_manifest",
    "read_sources",
    "restore",
]
