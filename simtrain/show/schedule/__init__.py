"""Report and picture of policies of when to run."""
