"""A new cluster's settings fit the machine."""

import pytest

from infra.postgres.configuration import configuration, machine_memory

GIGABYTE = 1024**3


@pytest.mark.parametrize(
    ("memory", "expected"),
    [(GIGABYTE // 2, 128), (4 * GIGABYTE, 512), (8 * GIGABYTE, 1024), (64 * GIGABYTE, 1024)],
)
def test_shared_buffers_are_an_eighth_of_memory_within_bounds(memory: int, expected: int) -> None:
    text = configuration(memory=memory, free_disk=100 * GIGABYTE)
    assert f"shared_buffers = {expected}MB\n" in text


@pytest.mark.parametrize(("free", "expected"), [(2, 1024), (50, 5120), (500, 8192)])
def test_the_write_ahead_log_may_take_a_tenth_of_the_free_disk(free: int, expected: int) -> None:
    text = configuration(memory=8 * GIGABYTE, free_disk=free * GIGABYTE)
    assert f"max_wal_size = {expected}MB\n" in text


def test_memory_is_known() -> None:
    assert machine_memory() > 64 * 1024**2
