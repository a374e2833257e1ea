"""What a data folder's postmaster.pid says, and whether that process is still a PostgreSQL."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Postmaster:
    """The server process of a data folder, as it wrote itself down."""

    pid: int
    port: int
    socket_folder: Path

    def is_alive(self) -> bool:
        """Whether that process runs and is a PostgreSQL: numbers are reused, and the dead stay as zombies."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        command = Path(f"/proc/{self.pid}/cmdline")
        return not Path("/proc/self").exists() or (command.exists() and b"postgres" in command.read_bytes())


def read_postmaster(data: Path) -> Postmaster | None:
    """The server that `data` names, if any, from the lines: pid, data folder, start, port, socket folder, …

    The first four are written at once, the socket's folder a little later.
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(lines) < 4:
        return None
    folder = lines[4] if len(lines) > 4 and lines[4] else data
    return Postmaster(pid=int(lines[0]), port=int(lines[3]), socket_folder=Path(folder))


def remove_stale(data: Path, *, socket_folder: Path) -> None:
    """Remove the lock files of a killed server: PostgreSQL takes a reused number, or a zombie, for it.

    Only under the cluster's lock. PostgreSQL's own test for surviving children, by the shared memory of the
    data folder, does not need the files.
    """
    (data / "postmaster.pid").unlink(missing_ok=True)
    for socket_lock in socket_folder.glob(".s.PGSQL.*.lock"):
        socket_lock.unlink(missing_ok=True)
