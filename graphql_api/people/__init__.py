"""One customer, one membership, one segment: each an object with what belongs to it, at one moment."""
