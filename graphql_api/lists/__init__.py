"""Each read model as a flat list and as a keyset connection, from one description of it."""
