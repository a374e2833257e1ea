"""The mappings of a server, by the CloudEvents types of which each takes the data."""

from collections.abc import Mapping
from pathlib import Path

from infra.settings import Settings
from pipelines.ingest.compile import read_mapping
from pipelines.ingest.faults import Fault
from pipelines.ingest.mapping_file import read_mapping_file
from pipelines.ingest.plan import Plan

Plans = Mapping[str, Plan]
"""The plan of every CloudEvents type that is taken."""


class FolderFault(Fault):
    """The folder of the mappings cannot be used."""

    exit_status = 2

    def __init__(self, *, folder: Path) -> None:
        super().__init__(f"{folder}: is no folder; name the one that holds the mappings of messages.")
        self.folder = folder


def own_folder(settings: Settings) -> Path:
    """Where the mappings of a store's messages lie."""
    return settings.mappings or settings.home / settings.store / "mappings"


def read_plans(settings: Settings) -> Plans:
    """Every mapping that takes messages; MappingFault names the line of what is wrong with one.

    A store without a folder of its own takes none.
    """
    folder = own_folder(settings)
    if not folder.is_dir():
        if settings.mappings is not None:
            raise FolderFault(folder=folder)
        return {}
    plans: dict[str, Plan] = {}
    for path in sorted(folder.glob("*.yaml")):
        _add(plans, path)
    return plans


def _add(plans: dict[str, Plan], path: Path) -> None:
    file, lines = read_mapping_file(path)
    if not file.messages:
        return
    if file.ordinal:
        problem = "messages cannot be numbered within a file; put ce_source and ce_id into the key."
        raise lines.fault(("ordinal",), problem)
    plan = read_mapping(path)
    for index, kind in enumerate(file.messages):
        if kind in plans:
            problem = f"{kind!r} is taken by mapping {plans[kind].name} already; leave it to one of the two."
            raise lines.fault(("messages", index), problem)
        plans[kind] = plan
