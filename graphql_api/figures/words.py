"""The words that questions about figures are asked with: grains, filters, comparisons, rulings, orders."""

from enum import Enum

import strawberry


@strawberry.enum(description="How a stretch of time is cut, at local days of the question's zone.")
class Grain(Enum):
    HOUR = strawberry.enum_value("hour", description="Local hours.")
    DAY = strawberry.enum_value("day", description="Local days.")
    WEEK = strawberry.enum_value("week", description="ISO weeks, which begin on Monday.")
    MONTH = strawberry.enum_value("month", description="Months.")
    QUARTER = strawberry.enum_value("quarter", description="Quarters of the calendar year.")
    YEAR = strawberry.enum_value("year", description="Calendar years.")
    TOTAL = strawberry.enum_value("total", description="Not at all: one period.")


@strawberry.enum(description="Whose unit tree `unit.<kind>` and `unit.under` follow.")
class UnitTreeOf(Enum):
    PERIOD_END = strawberry.enum_value("period_end", description="That of each period's end.")
    TODAY = strawberry.enum_value("today", description="That of today, or of `asOf`, for every period.")


@strawberry.enum(description="What each value stands beside.")
class Against(Enum):
    PREVIOUS = strawberry.enum_value("previous", description="The period before it, as long as it.")
    YEAR = strawberry.enum_value("year", description="The same period a year before; weeks 52 weeks before.")


@strawberry.enum(description="Which of the rulings of the organisation chooses the definition.")
class Ruling(Enum):
    THEN = strawberry.enum_value("then", description="That in force in each stretch of the period.")
    TODAY = strawberry.enum_value("today", description="That in force today, or on the day of `asOf`.")


@strawberry.enum(description="The order of values; equal ones stand by period, metric and group.")
class ValueOrder(Enum):
    PERIOD_ASC = strawberry.enum_value("period_asc", description="The earliest period first.")
    PERIOD_DESC = strawberry.enum_value("period_desc", description="The latest period first.")
    VALUE_ASC = strawberry.enum_value("value_asc", description="The lowest value first, null last.")
    VALUE_DESC = strawberry.enum_value("value_desc", description="The highest value first, null last.")


@strawberry.input(description="Rows whose dimension has one of these values.")
class DimensionFilter:
    dimension: str = strawberry.field(description="The dimension's name, as the catalogue has it.")
    values: list[str | None] = strawberry.field(description="Any of these; null is of rows that have none.")
