"""What was told of a trial, and the sinks that sum it, remember it and read it off."""
