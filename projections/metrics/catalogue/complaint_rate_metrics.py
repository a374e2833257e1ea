"""Rates of complaints per 10,000 of a base, and shares of categories and parties, under every reading."""

from fractions import Fraction
from typing import NamedTuple, TypedDict

from projections.metrics.catalogue.complaint_words import (
    DOMAIN,
    LIABILITY,
    PART_DIMENSIONS,
    RECORDING,
    count_of_complaints,
    share,
)
from projections.metrics.definition import MetricDefinition, total
from projections.metrics.derived.reattributed_complaints import READINGS


class AskedBy(TypedDict):
    """What a rate can be asked by, and over which of these its base is held whole."""

    dimensions: tuple[str, ...]
    held_whole: tuple[str, ...]


def asked_by(*held_whole: str) -> AskedBy:
    """By what bases are recorded by, and by what only complaints have: over that a base stays whole.

    Not over tiers: customers have them too, and a base held whole over what nobody records would mislead.
    """
    return {"dimensions": ("unit", "line", "product", *held_whole), "held_whole": held_whole}


FROM_COMPLAINTS = asked_by("category", "subcategory", "kind", "channel", "severity")
FROM_LIABILITIES = asked_by("category", "subcategory", "kind", "channel", "party")
REATTRIBUTED = asked_by("category", "subcategory", "kind", "channel", "severity", "party", "stage")
FROM_CALLS: AskedBy = {
    "dimensions": ("unit", "line", "purpose", "channel", "hotline", "queue"),
    "held_whole": ("purpose", "channel", "hotline", "queue"),
}


class Counted(NamedTuple):
    """What a rate counts: its id, measure, dimensions, what it is called, and the rules that decide it."""

    id: str
    measure: str
    asked: AskedBy
    meaning: str
    name_zh: str
    ruled_by: tuple[str, ...] = (RECORDING,)


READING_NAMES = {
    "own_overrun": ("the largest own overrun is liable, even if negative", "自身超时最大"),
    "positive_overrun": ("the largest own overrun is liable if it is positive", "超时最大"),
    "against_clock": ("who ended latest against the clock is liable", "对时点最晚"),
    "first_late": ("who was late first is liable", "首个超时"),
}
"""A reading of the liability rule -> what it says, and its Chinese name."""

NUMERATORS = (
    Counted("recorded", "complaints", FROM_COMPLAINTS, "complaints filed", "投诉"),
    Counted(
        "key_pressed",
        "complaint_key_calls",
        FROM_CALLS,
        "calls in which the complaint key was pressed",
        "按键投诉",
        (),
    ),
    Counted(
        "attributed",
        "attributed_complaints",
        FROM_COMPLAINTS,
        "complaints with liability attributed, before appeal",
        "定责投诉",
        (RECORDING, LIABILITY),
    ),
    Counted(
        "after_appeal",
        "complaints_after_appeal",
        FROM_LIABILITIES,
        "complaints with liability still in force after appeal",
        "复议后投诉",
        (RECORDING, LIABILITY),
    ),
    Counted(
        "upheld", "upheld_complaints", FROM_COMPLAINTS, "complaints upheld by the regulator", "监管认定投诉"
    ),
    Counted("escalated", "escalated_complaints", FROM_COMPLAINTS, "complaints escalated", "升级投诉"),
    *(
        Counted(
            reading,
            f"complaints_{reading}",
            REATTRIBUTED,
            f"complaints that somebody answers for where {READING_NAMES[reading][0]}",
            f"{READING_NAMES[reading][1]}定责投诉",
        )
        for reading in READINGS
    ),
)
"""Each by the day of filing (calls: of the offer)."""

BASES = (("waybills", "票"), ("customers", "客户"), ("policies", "保单"), ("copies", "份"))


def rate(counted: Counted, *, base: str, base_zh: str) -> MetricDefinition:
    """The rate of what is counted per 10,000 of a base."""
    return MetricDefinition(
        metric="complaint_rate",
        id=f"{counted.id}_per_{base}",
        numerator=total(counted.measure),
        denominator=total(base),
        scale=Fraction(10_000),
        unit=f"per 10,000 {base}",
        direction="lower",
        name_en=f"{counted.id.replace('_', ' ').capitalize()} per 10,000 {base}",
        name_zh=f"万{base_zh}{counted.name_zh}率",
        meaning=f"{counted.meaning.capitalize()}, per 10,000 {base}",
        source=DOMAIN,
        ruled_by=counted.ruled_by,
        **counted.asked,
    )


def attributed(counted: Counted) -> MetricDefinition:
    """How many complaints somebody answers for."""
    how = "before appeal" if counted.id == "attributed" else counted.id.replace("_", " ")
    return count_of_complaints(
        metric="attributed_complaints",
        id=counted.id,
        numerator=total(counted.measure),
        name_en=f"Complaints attributed, {how}",
        name_zh=f"{counted.name_zh}量",
        meaning=counted.meaning.capitalize(),
        dimensions=(*counted.asked["dimensions"], "tier", "customer_id"),
        ruled_by=counted.ruled_by,
    )


SHARED_OUT = (
    ("category", ("category", "subcategory"), "投诉类型占比"),
    ("channel", ("channel",), "投诉渠道占比"),
    ("unit", ("unit",), "投诉单位占比"),
)
"""By what complaints are shared out: id, what the whole is held over, Chinese name."""


def share_of_complaints(definition_id: str, held_whole: tuple[str, ...], name_zh: str) -> MetricDefinition:
    """The part that one value of a dimension has in all complaints."""
    return share(
        metric="complaint_share",
        id=definition_id,
        numerator=total("complaints"),
        denominator=total("all_complaints"),
        direction="neither",
        name_en=f"Share of complaints by {definition_id}",
        name_zh=name_zh,
        meaning=f"Complaints over complaints of any {definition_id}: asked by it, shares sum to 1",
        held_whole=held_whole,
        ruled_by=(RECORDING,),
    )


def share_of_liability(
    reading: str, *, numerator: str, denominator: str, says: str, name_zh: str
) -> MetricDefinition:
    """The part that one party has in all liability, by the shares of attributions."""
    by_stage = ("stage",) if reading in READINGS else ()
    return share(
        metric="complaint_share",
        id=f"party_{reading}",
        numerator=total(numerator),
        denominator=total(denominator),
        direction="neither",
        name_en=f"Share of liability by party, {reading.replace('_', ' ')}",
        name_zh=f"责任方占比({name_zh})",
        meaning=f"Shares of liability over all liability, {says}: asked by party, shares sum to 1",
        dimensions=(*PART_DIMENSIONS, "party", *by_stage),
        held_whole=("party", *by_stage),
        ruled_by=(RECORDING,) if reading in READINGS else (RECORDING, LIABILITY),
    )


COMPLAINT_RATE_METRICS = (
    *(rate(counted, base=base, base_zh=base_zh) for counted in NUMERATORS for base, base_zh in BASES),
    *(
        attributed(counted)
        for counted in NUMERATORS
        if counted.id in ("attributed", "after_appeal", *READINGS)
    ),
    *(share_of_complaints(*shared) for shared in SHARED_OUT),
    share_of_liability(
        "as_attributed",
        numerator="liable_shares",
        denominator="all_liable_shares",
        says="by the attributions in force",
        name_zh="按定责份额",
    ),
    share_of_liability(
        "leading",
        numerator="complaints_after_appeal",
        denominator="all_complaints_after_appeal",
        says="each complaint whole for the leading party of the attribution in force",
        name_zh="按主责方",
    ),
    *(
        share_of_liability(
            reading,
            numerator=f"shares_{reading}",
            denominator=f"all_shares_{reading}",
            says=f"where {READING_NAMES[reading][0]}, by measured stages",
            name_zh=READING_NAMES[reading][1],
        )
        for reading in READINGS
    ),
)
