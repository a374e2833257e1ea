"""Counts a day: the same count over the length of the period, by three ways of counting its days."""

from dataclasses import replace

from projections.metrics.definition import MetricDefinition, total

DAY_BASES = (
    ("per_day", "calendar_days", "calendar day of the period", "日均"),
    ("per_day_360", "days_of_360", "day of a year of 360", "日均(360天)"),
    ("per_working_day", "working_days", "working day of the organisation's calendar", "工作日日均"),
)
"""id, measure of the days, meaning, Chinese name put before the count's."""


def per_day(count: MetricDefinition) -> tuple[MetricDefinition, ...]:
    """The definitions of a count a day; the period's days are whole, whatever is grouped by."""
    return tuple(
        replace(
            count,
            id=definition_id,
            denominator=total(days),
            unit=f"{count.unit} per day",
            name_en=f"{count.name_en} per {meaning.partition(' of ')[0]}",
            name_zh=f"{name_zh}{count.name_zh}",
            meaning=f"{count.meaning}, per {meaning}",
        )
        for definition_id, days, meaning, name_zh in DAY_BASES
    )
