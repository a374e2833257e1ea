"""A newspaper distributor's hotline (96860): complaints by station in a closed loop, requests, penalties."""

from pipelines.sample.newspaper_hotline.exports import FILES

__all__ = ["FILES"]
