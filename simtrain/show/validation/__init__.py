"""Report of a validation."""
