"""Report and picture of a frontier."""
