"""Report of the packaged systems."""
