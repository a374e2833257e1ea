"""The lists of datasets, against the rows that stand in their tables."""
