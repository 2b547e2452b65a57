"""Many trials: running them, the table they make, and its statistics."""
