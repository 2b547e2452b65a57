"""What is said of a scenario before any trial."""
