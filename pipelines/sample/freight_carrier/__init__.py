"""A less-than-truckload carrier: the files its systems would export of the first half of a year."""

from pipelines.sample.freight_carrier.counts import CALLS
from pipelines.sample.freight_carrier.exports import FILES
from pipelines.sample.freight_carrier.july import printed_of

__all__ = ["CALLS", "FILES", "printed_of"]
