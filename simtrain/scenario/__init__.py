"""Scenarios: the file format, and reading it."""
