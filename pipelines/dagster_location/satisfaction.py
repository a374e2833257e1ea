"""What is drawn of the view of satisfaction scores."""

from pipelines.dagster_location.refreshing import RefreshedDay
from pipelines.dagster_location.view_asset import Figure


def satisfied_share_this_month(one: RefreshedDay) -> float | None:
    """Satisfied of rated in the day's month so far; None where nobody has rated."""
    month = one.rows.filter(month=one.day.replace(day=1))
    ratings, satisfied = (int(month[column].sum()) for column in ("ratings", "satisfied"))
    return satisfied / ratings if ratings else None


SATISFIED_SHARE = Figure(
    name="satisfied_share_month_to_date", value=satisfied_share_this_month, lowest=0.0, highest=1.0
)
