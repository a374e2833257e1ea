"""What processes cost: CPU seconds of a server with its backends, CPU seconds and peak memory of ours."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# Fields of /proc/<pid>/stat behind the command's closing bracket: parent, own time, time of ended children.
PARENT, OWN_TIMES, CHILDREN_TIMES = 1, slice(11, 13), slice(13, 15)


@dataclass(frozen=True)
class CpuSeconds:
    """Processor time so far of our process and of the server."""

    client: float
    server: float

    def __sub__(self, earlier: "CpuSeconds") -> "CpuSeconds":
        return CpuSeconds(client=self.client - earlier.client, server=self.server - earlier.server)

    def per_million(self, events: int) -> str:
        """For people: CPU seconds that a million events cost."""
        client, server = (seconds / events * 1e6 for seconds in (self.client, self.server))
        return f"{client + server:.1f} CPU-s per million events: client {client:.1f}, server {server:.1f}"


def cpu_seconds(server_pid: int | None) -> CpuSeconds:
    """Of this process with its ended children, and of the server's processes, ended ones included."""
    client = sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    return CpuSeconds(client=client, server=0.0 if server_pid is None else tree_seconds(server_pid))


def tree_seconds(root: int) -> float:
    """CPU seconds of a process, its children, and those of its children that have ended (Linux; else 0)."""
    ticks = 0
    for folder in PROC.glob("[0-9]*") if PROC.is_dir() else ():
        fields = _stat(folder)
        if int(folder.name) == root:
            ticks += sum(map(int, [*fields[OWN_TIMES], *fields[CHILDREN_TIMES]]))
        elif fields and int(fields[PARENT]) == root:
            ticks += sum(map(int, fields[OWN_TIMES]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(folder: Path) -> list[str]:
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return []


def peak_memory() -> int:
    """The most bytes that this process has held in memory.

    Read from /proc where there is one: getrusage counts what the parent held before it started us.
    """
    status = PROC / "self" / "status"
    if status.exists():
        lines = status.read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
