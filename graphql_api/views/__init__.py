"""Every view as a flat list and a connection: of a stored day by SQL, of any other moment from a frame."""
