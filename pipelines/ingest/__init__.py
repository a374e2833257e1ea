"""Ingest: from a stranger's file, by a mapping, to events in the store; every record accounted for."""
