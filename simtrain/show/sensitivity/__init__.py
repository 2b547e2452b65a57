"""Report and picture of a sensitivity."""
