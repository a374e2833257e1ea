"""What the API says of itself and of the organisation: its datasets, the unit tree, where it stands."""
