"""The catalogue: what is summed, and the metric definitions over it, by area."""
