"""One trial in words and over the calendar."""
