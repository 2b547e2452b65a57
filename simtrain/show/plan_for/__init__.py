"""Report and picture of a plan."""
