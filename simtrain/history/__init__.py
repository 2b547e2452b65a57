"""What a log of failures tells: read, taken apart, and put into numbers of a scenario."""
