"""Metrics of complaints: counts, and rates per 10,000 of a base that is generated from two tuples."""

from fractions import Fraction
from typing import TypedDict

from projections.metrics.definition import MetricDefinition, total

DOMAIN = "Kefu domain page, Metrics"


class AskedBy(TypedDict):
    """What a rate can be asked by, and over which of these its base is held whole."""

    dimensions: tuple[str, ...]
    held_whole: tuple[str, ...]


FROM_COMPLAINTS: AskedBy = {
    "dimensions": ("unit", "line", "product", "category", "subcategory", "kind"),
    "held_whole": ("category", "subcategory", "kind"),
}
FROM_CALLS: AskedBy = {"dimensions": ("unit", "line", "purpose"), "held_whole": ("purpose",)}
FROM_LIABILITIES: AskedBy = {"dimensions": ("unit", "category", "party"), "held_whole": ("category", "party")}

NUMERATORS = (
    ("recorded", "complaints", FROM_COMPLAINTS, "complaints filed", "投诉"),
    (
        "key_pressed",
        "complaint_key_calls",
        FROM_CALLS,
        "calls in which the complaint key was pressed",
        "按键投诉",
    ),
    (
        "attributed",
        "attributed_complaints",
        FROM_COMPLAINTS,
        "complaints with liability attributed, before appeal",
        "定责投诉",
    ),
    (
        "after_appeal",
        "complaints_after_appeal",
        FROM_LIABILITIES,
        "complaints with liability still in force after appeal",
        "复议后投诉",
    ),
    ("upheld", "upheld_complaints", FROM_COMPLAINTS, "complaints upheld by the regulator", "监管认定投诉"),
    ("escalated", "escalated_complaints", FROM_COMPLAINTS, "complaints escalated", "升级投诉"),
)
"""id, measure, what can be asked, meaning, Chinese name; each by the day of filing (calls: of the offer)."""

BASES = (("waybills", "票"), ("customers", "客户"), ("policies", "保单"), ("copies", "份"))

count_dimensions = (
    "kind",
    "channel",
    "category",
    "subcategory",
    "line",
    "product",
    "unit",
    "tier",
    "agent_id",
    "severity",
)


def complaint_count(definition_id: str, *, measure: str, name_zh: str, meaning: str) -> MetricDefinition:
    return MetricDefinition(
        metric="complaints",
        id=definition_id,
        numerator=total(measure),
        denominator=None,
        scale=Fraction(1),
        unit="complaints",
        direction="lower",
        name_en="Complaints" if definition_id == "count" else "Complaints closed",
        name_zh=name_zh,
        meaning=meaning,
        source=DOMAIN,
        dimensions=count_dimensions,
    )


COMPLAINT_METRICS = (
    complaint_count(
        "count", measure="complaints", name_zh="投诉量", meaning="Complaints by the time of filing"
    ),
    complaint_count(
        "closed", measure="closed_complaints", name_zh="结案量", meaning="Complaints by the time of closing"
    ),
    *(
        MetricDefinition(
            metric="complaint_rate",
            id=f"{numerator}_per_{base}",
            numerator=total(measure),
            denominator=total(base),
            scale=Fraction(10_000),
            unit=f"per 10,000 {base}",
            direction="lower",
            name_en=f"{numerator.replace('_', ' ').capitalize()} per 10,000 {base}",
            name_zh=f"万{base_zh}{name_zh}率",
            meaning=f"{meaning.capitalize()}, per 10,000 {base}",
            source=DOMAIN,
            **asked,
        )
        for numerator, measure, asked, meaning, name_zh in NUMERATORS
        for base, base_zh in BASES
    ),
)
