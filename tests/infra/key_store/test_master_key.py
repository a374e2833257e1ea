"""The master key is made once, whoever asks first, and a file that holds none is refused."""

from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.key_store import read_or_make_master_key
from infra.settings import SettingError


def test_made_as_32_bytes_of_base64_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "master.key"
    key = read_or_make_master_key(file)
    assert len(key) == 32
    assert b64decode(file.read_text()) == key
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["master.key"]


def test_read_again_as_it_was_made(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    assert read_or_make_master_key(file) == read_or_make_master_key(file)


def test_all_who_make_it_at_once_read_the_same(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    with ThreadPoolExecutor(max_workers=16) as pool:
        keys = set(pool.map(read_or_make_master_key, [file] * 64))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"not base64 at all!", "is not base64 text"),
        (b"", "holds 0 bytes instead of 32"),
        (b64encode(b"short"), "holds 5 bytes instead of 32"),
        (b"\xff\xfe\x00", "is not base64 text"),
    ],
)
def test_a_malformed_file_is_refused_by_its_key(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "master.key"
    file.write_bytes(content)
    with pytest.raises(SettingError, match=problem) as refused:
        read_or_make_master_key(file)
    assert refused.value.key == "KEFU_MASTER_KEY_FILE"
    assert str(file) in str(refused.value)


def test_an_unreadable_file_is_refused_by_its_key(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"KEFU_MASTER_KEY_FILE names .* which cannot be read"):
        read_or_make_master_key(tmp_path)
