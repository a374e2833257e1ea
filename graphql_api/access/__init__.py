"""Who sees what: which roles, which rows, personal text in the open or masked, and the trail of it all."""
