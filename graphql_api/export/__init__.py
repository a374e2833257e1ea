"""Whole datasets as CSV, NDJSON, Arrow and Parquet, streamed in bounded memory."""
