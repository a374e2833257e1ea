"""PostgreSQL runs as whoever we are, and as a user of its own where we are root."""

import os
from pathlib import Path

import pytest

from infra.postgres import account
from infra.postgres.account import Account, account_for, hand_over, let_through

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs programs as another user")


@pytest.mark.skipif(os.geteuid() == 0, reason="root runs them as another user")
def test_our_own_user_runs_them(tmp_path: Path) -> None:
    assert account_for(tmp_path / "data") is None


@only_root
def test_root_gives_them_a_user_of_their_own(tmp_path: Path) -> None:
    made = account_for(tmp_path / "data")
    assert made is not None
    assert made.uid != 0
    assert account_for(tmp_path) == made, "a folder of root's own is no reason to run as root"


@only_root
def test_a_folder_that_has_an_owner_keeps_it(tmp_path: Path) -> None:
    hand_over(tmp_path, Account(uid=4321, gid=8765))
    assert account_for(tmp_path) == Account(uid=4321, gid=8765)
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@only_root
def test_no_user_and_no_way_to_make_one_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "ACCOUNT_NAME", "kefu-of-nowhere")
    monkeypatch.setattr(account, "SYSTEM_PATH", str(tmp_path))
    with pytest.raises(OSError, match="no system user 'kefu-of-nowhere': make one"):
        account_for(tmp_path / "data")


def test_others_may_pass_through_but_not_list(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o700)
    inner.parent.chmod(0o750)
    let_through(inner)
    assert inner.stat().st_mode & 0o777 == 0o701
    assert inner.parent.stat().st_mode & 0o777 == 0o751
