"""The organisations whose systems can be imitated, with their files and the period that these cover."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path

from pipelines.sample import (
    freight_carrier,
    insurer_hotline,
    life_inbound_centre,
    mobile_operator,
    newspaper_hotline,
)
from pipelines.sample.files import Export, SampleFile
from pipelines.sample.request import Request

MAPPINGS = Path(__file__).parent.parent / "mappings"

MonthAndDay = tuple[int, int]

PrintedOf = Callable[[Request], Mapping[str, str]]
"""What the report prints of what is drawn: the names that stand with a $ in figures.yaml."""


def nothing_drawn(_: Request) -> Mapping[str, str]:
    """Everything printed is a count of its own."""
    return {}


class NoCalls(Exception):
    """An organisation has no calls to be counted."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One organisation; what its systems export, in the order in which it is best taken in.

    `printed` is the year of the report that its counts are from, in whose words its rules are dated;
    `calls` how many its file of calls has at scale 1, where it has one.
    """

    name: str
    title: str
    printed: int
    exports: tuple[Export, ...]
    ends: MonthAndDay = (12, 31)
    calls: int | None = None
    printed_of: PrintedOf = nothing_drawn

    @property
    def rules(self) -> Path:
        """The organisation.yaml that goes with the files, dated for the printed year."""
        return MAPPINGS / self.name / "organisation.yaml"

    @property
    def figures(self) -> Path:
        """The figures and statements of the report, in the printed year."""
        return Path(__file__).parent / self.name / "figures.yaml"

    def files(self, request: Request) -> tuple[SampleFile, ...]:
        """The files for a request; nothing is made before their rows are asked for.

        `calls-july.csv` is read by the mapping of `calls`.
        """
        return tuple(
            SampleFile(
                name=name,
                mapping=MAPPINGS / self.name / f"{name.partition('.')[0].partition('-')[0]}.yaml",
                frames=partial(rows, request),
                form=form,
            )
            for name, rows, form in self.exports
        )

    def scale_for(self, *, calls: int) -> Fraction:
        """The scale that gives so many calls; NoCalls if there is no file of them."""
        if self.calls is None:
            raise NoCalls(f"{self.name} has no file of calls; say how large by --scale.")
        return Fraction(calls, self.calls)

    def last_day(self, year: int) -> date:
        """The last day on which anything in the files happens."""
        month, day = self.ends
        return date(year, month, day)


ORGANISATIONS: dict[str, Organisation] = {
    one.name: one
    for one in (
        Organisation(
            name="insurer_hotline",
            title="a property insurer's provincial hotline (95502)",
            printed=2013,
            exports=insurer_hotline.FILES,
            calls=sum(insurer_hotline.CALLS.values()),
        ),
        Organisation(
            name="freight_carrier",
            title="a less-than-truckload carrier",
            printed=2014,
            exports=freight_carrier.FILES,
            ends=(8, 10),
            calls=freight_carrier.CALLS,
            printed_of=freight_carrier.printed_of,
        ),
        Organisation(
            name="mobile_operator",
            title="a city branch of a mobile operator",
            printed=2010,
            exports=mobile_operator.FILES,
            ends=(12, 31),
        ),
        Organisation(
            name="life_inbound_centre",
            title="the inbound call centre of a life insurer",
            printed=2011,
            exports=life_inbound_centre.FILES,
            ends=(11, 30),
            calls=sum(life_inbound_centre.CALLS.values()),
        ),
        Organisation(
            name="newspaper_hotline",
            title="a newspaper distributor's hotline (96860)",
            printed=2012,
            exports=newspaper_hotline.FILES,
        ),
    )
}
