"""Tests of what Kefu runs on."""
