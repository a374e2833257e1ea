"""The inbound call centre of a life insurer: its calls, its agents' days, its staff and its targets."""

from pipelines.sample.life_inbound_centre.counts import CALLS
from pipelines.sample.life_inbound_centre.exports import FILES

__all__ = ["CALLS", "FILES"]
