"""What the API says of its datasets, the unit tree and the organisation."""
