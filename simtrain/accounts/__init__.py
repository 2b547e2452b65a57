"""What happens in a trial, and the sinks that sum it, record it and measure it."""
