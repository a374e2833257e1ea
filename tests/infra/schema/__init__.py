"""The migrations' tests."""
