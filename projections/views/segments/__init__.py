"""Segments of customers: who belongs to which, since when and why; by day, and over time."""
