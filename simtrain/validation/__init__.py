"""Validation: exact results beside what the engine makes of the same numbers."""
