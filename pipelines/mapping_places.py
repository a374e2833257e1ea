"""Where the mapping of a name lies: among the store's own, or among those that come with Kefu."""

from pathlib import Path

from infra.settings import Settings
from pipelines.ingest.faults import Fault
from pipelines.messages.mappings import own_folder

SHIPPED = Path(__file__).parent / "mappings"


class NoMapping(Fault):
    """No mapping, or more than one, has that name."""

    def __init__(self, *, name: str, own: Path, found: list[Path]) -> None:
        those = " and ".join(str(path) for path in found)
        problem = f"is found more than once ({those})" if found else f"is not in {own}, nor comes with Kefu"
        super().__init__(f"mapping {name!r} {problem}; put it into {own}, or name its file with --mapping.")
        self.name = name


def mapping_named(name: str, settings: Settings) -> Path:
    """The mapping file of that name; NoMapping if there is none, or two of them come with Kefu."""
    own = own_folder(settings)
    if (own / f"{name}.yaml").is_file():
        return own / f"{name}.yaml"
    found = sorted(path for path in SHIPPED.rglob("*.yaml") if path.stem == name)
    if len(found) != 1:
        raise NoMapping(name=name, own=own, found=found)
    return found[0]
