"""A property insurer's provincial hotline: what its systems export in a year."""

from pipelines.sample.insurer_hotline.counts import CALLS
from pipelines.sample.insurer_hotline.exports import FILES

__all__ = ["CALLS", "FILES"]
