"""Who sees what, from every side."""
