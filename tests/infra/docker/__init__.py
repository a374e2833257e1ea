"""Tests of infra.docker."""
