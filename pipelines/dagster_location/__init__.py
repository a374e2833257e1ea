"""Dagster's view of Kefu: what is refreshed when, and what is checked. Nothing here computes a number."""
