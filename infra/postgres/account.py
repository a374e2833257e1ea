"""Under which system user a cluster's programs run: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# The name of the system user that is made when root starts a cluster.
ACCOUNT_NAME = "kefu"

SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

TRAVERSE = stat.S_IXOTH


@dataclass(frozen=True, kw_only=True)
class Account:
    """The numbers of a system user."""

    uid: int
    gid: int


def account_for(data: Path) -> Account | None:
    """Who runs the cluster: None is whoever we are; for root it is the data's owner, or a user of its own."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(uid=data.stat().st_uid, gid=data.stat().st_gid)
    entry = _entry()
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def hand_over(folder: Path, account: Account | None) -> None:
    """Make `folder` the account's alone, and let it come that far."""
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
        let_through(folder.parent)


def let_through(folder: Path) -> None:
    """Let others pass through `folder` and what lies above it, without letting them list it."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & TRAVERSE:
            step.chmod(stat.S_IMODE(mode) | TRAVERSE)


def _entry() -> pwd.struct_passwd:
    found = _look_up() or _make_and_look_up()
    if found is None:
        raise OSError(f"root may not run it, and there is no system user {ACCOUNT_NAME!r}: make one")
    return found


def _make_and_look_up() -> pwd.struct_passwd | None:
    make = ["useradd", "--system", "--no-create-home", "--user-group", ACCOUNT_NAME]
    # Where there is no useradd, or another process is making the same user, looking again decides.
    with suppress(FileNotFoundError):
        subprocess.run(make, check=False, capture_output=True, env={"PATH": SYSTEM_PATH})  # noqa: S603
    return _look_up()


def _look_up() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None
