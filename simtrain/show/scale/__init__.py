"""Report and picture of a scaling."""
