"""Report and picture of a forecast."""
