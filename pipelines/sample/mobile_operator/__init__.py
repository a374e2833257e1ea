"""A city branch of a mobile operator: the files its systems would export of January to November."""

from pipelines.sample.mobile_operator.exports import FILES

__all__ = ["FILES"]
