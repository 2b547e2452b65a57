"""The pictures that every run has."""

PICTURES = ("wall_clock.png", "goodput.png", "time.png", "progress.png")
"""Files, in their order."""
