"""The server settings with which a new cluster begins, fitted to the machine."""

import os
import shutil
from pathlib import Path

MEGABYTE = 1024 * 1024
CGROUP_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")

CONFIGURATION = """\
# Written once, when Kefu made this cluster. Change what you like; it is not written again.
shared_buffers = {shared_buffers}MB
effective_cache_size = {effective_cache_size}MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = {max_wal_size}MB
min_wal_size = {min_wal_size}MB
checkpoint_timeout = 15min
wal_level = replica
fsync = on
full_page_writes = on
synchronous_commit = on
idle_in_transaction_session_timeout = 5min
max_connections = 100
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


def configuration(*, memory: int, free_disk: int) -> str:
    """Text of the settings for so many bytes of memory and free disk."""
    max_wal_size = _between(free_disk // 10, low=1024 * MEGABYTE, high=8192 * MEGABYTE)
    return CONFIGURATION.format(
        shared_buffers=_between(memory // 8, low=128 * MEGABYTE, high=1024 * MEGABYTE) // MEGABYTE,
        effective_cache_size=max(memory // 2, 256 * MEGABYTE) // MEGABYTE,
        max_wal_size=max_wal_size // MEGABYTE,
        min_wal_size=max_wal_size // 4 // MEGABYTE,
    )


def machine_memory() -> int:
    """Bytes of memory this process may use: the machine's, or its container's if that is less."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = CGROUP_MEMORY_LIMIT.read_text().strip() if CGROUP_MEMORY_LIMIT.exists() else "max"
    return min(machine, int(limit)) if limit.isdigit() else machine


def free_disk(folder: Path) -> int:
    """Bytes free where `folder` lies."""
    return shutil.disk_usage(folder).free


def _between(value: int, *, low: int, high: int) -> int:
    return min(max(value, low), high)
