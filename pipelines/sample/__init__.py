"""Files as the systems of five organisations would export them, made up, the same for one seed."""
