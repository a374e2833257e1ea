"""What is summed over ratings in surveys, and over the requests for them."""

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied, is_top2box
from projections.metrics.measure import Condition, Measure

MUTUAL = Condition(holds=pl.col("survey") == "mutual", otherwise="not a mutual evaluation")
SATISFIED = Condition(holds=is_satisfied("satisfied", "score", "scale"), otherwise="not satisfied")
TOP2BOX = Condition(holds=is_top2box("score", "scale"), otherwise="below the two top boxes")
ANSWERED = Condition(holds=pl.col("rated_at").is_not_null(), otherwise="not rated")


def rating_measure(name: str, *conditions: Condition) -> Measure:
    return Measure(name=name, fact="owned_ratings", time="rated_at", conditions=conditions)


RATING_MEASURES = (
    rating_measure("ratings"),
    rating_measure("satisfied_ratings", SATISFIED),
    rating_measure("top2box_ratings", TOP2BOX),
    rating_measure("mutual_ratings", MUTUAL),
    rating_measure("satisfied_mutual_ratings", MUTUAL, SATISFIED),
)

RATING_REQUEST_MEASURES = (
    Measure(name="ratings_requested", fact="rating_requests", time="requested_at"),
    Measure(
        name="requested_ratings_given", fact="rating_requests", time="requested_at", conditions=(ANSWERED,)
    ),
)

RATING_REQUEST_GROUPINGS = ((), ("survey",), ("unit",), ("campaign_id",))
