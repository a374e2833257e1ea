"""Sealed segments: closed ranges of the log as typed Parquet, a cache that may go at any time."""
