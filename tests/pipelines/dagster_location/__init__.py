"""Tests of the Dagster code location, in process and against a real store."""
