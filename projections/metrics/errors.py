"""Why a question about a metric cannot be answered, each error saying what can be asked instead."""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches


class QuestionError(ValueError):
    """A question that cannot be answered as it was asked."""


def nearest(asked: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(asked, known, n=1)
    return f"did you mean {close[0]!r}? " if close else ""


@dataclass
class UnknownMetric(QuestionError):
    """No such metric."""

    asked: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        hint = nearest(self.asked, self.known)
        listed = f"`kefu metrics`, or metricCatalogue, lists all {len(self.known)}"
        return f"there is no metric {self.asked!r}: {hint}{listed}"


@dataclass
class UnknownDefinition(QuestionError):
    """The metric has no such definition."""

    metric: str
    asked: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        hint = nearest(self.asked, self.known)
        return f"{self.metric} has no definition {self.asked!r}: {hint}it has {', '.join(self.known)}"


@dataclass
class DimensionCannotBeAsked(QuestionError):
    """The definition has no such dimension, or one of its two sides lacks it."""

    definition: str
    asked: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        hint = nearest(self.asked, self.known)
        return f"{self.definition} cannot be asked by {self.asked!r}: {hint}it has {', '.join(self.known)}"


@dataclass
class NotAboutCustomers(QuestionError):
    """A definition reads facts without customers, of whom a segment could keep some."""

    definition: str

    def __str__(self) -> str:
        return (
            f"{self.definition} cannot be asked of a segment: it reads facts that are not about customers; "
            "leave out the segment, or ask another metric"
        )


@dataclass
class SegmentNotTold(QuestionError):
    """Nobody can say who was in a segment."""

    segment: str
    reason: str

    def __str__(self) -> str:
        return f"segment {self.segment!r} cannot be asked: {self.reason}"


@dataclass
class UnknownGrain(QuestionError):
    """No such grain."""

    asked: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        hint = nearest(self.asked, self.known)
        return f"there is no grain {self.asked!r}: {hint}there are {', '.join(self.known)}"


@dataclass
class UnknownZone(QuestionError):
    """No such time zone."""

    asked: str

    def __str__(self) -> str:
        return (
            f"there is no time zone {self.asked!r}: give one of the IANA data base, such as 'Asia/Shanghai'"
        )


@dataclass
class EmptyPeriod(QuestionError):
    """The period does not begin before it ends."""

    start: str
    end: str

    def __str__(self) -> str:
        return f"the period from {self.start} to {self.end} is empty: the end is not part of it"


@dataclass
class TooManyPeriods(QuestionError):
    """The grain cuts the period into more pieces than anyone can read."""

    pieces: int
    most: int

    def __str__(self) -> str:
        return f"the period holds {self.pieces} pieces: ask for at most {self.most}, or for a coarser grain"


@dataclass
class VolumeCutFiner(QuestionError):
    """A recorded volume stands for more than the period that is asked for."""

    base: str
    period_start: date
    period_end: date
    grains: tuple[str, ...]

    def __str__(self) -> str:
        grains = f"grains that can be asked: {', '.join(self.grains)}" if self.grains else "no grain fits"
        return (
            f"the volume of {self.base} from {self.period_start} to {self.period_end} is never cut finer: "
            f"{grains}; the period asked for must hold it whole or not at all"
        )
