"""The projector: batches of the log into facts and sums, exactly once, live and from the beginning."""
