"""Every file of the insurer, in the order in which they are best taken in."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pipelines.sample.files import SampleFile
from pipelines.sample.insurer_hotline.units import unit_rows
from pipelines.sample.request import Request

MAPPINGS = Path(__file__).parents[2] / "mappings" / "insurer_hotline"


def files(request: Request) -> Sequence[SampleFile]:
    """The files for a request; nothing is made before their rows are asked for."""
    return (
        SampleFile(
            name="units.csv",
            mapping=MAPPINGS / "units.yaml",
            frames=partial(unit_rows, request),
        ),
    )
