"""Views counted once more by hand, row by row."""
