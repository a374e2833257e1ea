"""Packed files: every member is read, memory stays bounded, and damage is one sentence."""

import gzip
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from pipelines.ingest.faults import FileFault
from pipelines.ingest.reading.unpacking import open_unpacked

TEXT = random.Random(4).randbytes(200_000) + b"a" * 200_000
SKIPPED = b"\x50\x2a\x4d\x18\x04\0\0\0skip"
"""A zstd frame that holds no text, as parallel packers write it."""

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def unpacked(path: Path, *, at_once: int = 70_000) -> bytes:
    with open_unpacked(path) as file:
        text = b"".join(iter(lambda: file.read(at_once), b""))
        assert file.done == file.size == path.stat().st_size
        return text


def written(folder: Path, content: bytes) -> Path:
    (folder / "packed").write_bytes(content)
    return folder / "packed"


@pytest.mark.parametrize("content", [b"", b"a", TEXT], ids=["empty", "one byte", "long"])
def test_a_file_that_is_not_packed_is_read_as_it_is(content: bytes, tmp_path: Path) -> None:
    assert unpacked(written(tmp_path, content)) == content


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("at_once", [999, 1 << 20])
def test_every_member_of_a_packed_file_is_read(packing: str, at_once: int, tmp_path: Path) -> None:
    pack = PACKERS[packing]
    path = written(tmp_path, pack(TEXT[:150_000]) + pack(b"") + pack(TEXT[150_000:]))
    assert unpacked(path, at_once=at_once) == TEXT


def test_zeros_after_a_gzip_member_are_no_damage(tmp_path: Path) -> None:
    assert unpacked(written(tmp_path, gzip.compress(TEXT) + bytes(512))) == TEXT


def test_a_zstd_frame_to_be_skipped_is_skipped(tmp_path: Path) -> None:
    assert unpacked(written(tmp_path, SKIPPED + zstandard.compress(TEXT))) == TEXT


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("left_out", [1, 3, 7, 1_000, 199_000])
def test_a_packed_file_that_was_cut_says_so(packing: str, left_out: int, tmp_path: Path) -> None:
    path = written(tmp_path, PACKERS[packing](TEXT)[:-left_out])
    with pytest.raises(FileFault, match=f"ends in the middle of its {packing} stream; copy or export it"):
        unpacked(path)


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("place", [50, 100_000, -6, -1])
def test_a_packed_file_that_was_damaged_says_so(packing: str, place: int, tmp_path: Path) -> None:
    content = bytearray(PACKERS[packing](TEXT))
    content[place] ^= 0xFF
    with pytest.raises(FileFault, match=f"is damaged: its {packing} stream cannot be unpacked"):
        unpacked(written(tmp_path, bytes(content)))


@pytest.mark.parametrize("packing", PACKERS)
def test_what_stands_after_the_last_member_is_damage(packing: str, tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="is damaged"):
        unpacked(written(tmp_path, PACKERS[packing](TEXT) + b"trailing words"))


@pytest.mark.parametrize("packing", PACKERS)
def test_what_is_held_does_not_follow_how_much_a_file_unpacks_to(packing: str, tmp_path: Path) -> None:
    path = written(tmp_path, PACKERS[packing](bytes(64 << 20)))
    tracemalloc.start()
    try:
        with open_unpacked(path) as file:
            assert sum(len(read) for read in iter(lambda: file.read(1 << 20), b"")) == 64 << 20
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_folder_and_nothing_at_all_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="is a folder; name a file"):
        open_unpacked(tmp_path)
    with pytest.raises(FileFault, match="is not there; check the name"):
        open_unpacked(tmp_path / "nothing")
