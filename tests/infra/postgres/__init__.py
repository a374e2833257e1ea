"""The servers' tests."""
