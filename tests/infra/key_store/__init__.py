"""The key store's tests."""
