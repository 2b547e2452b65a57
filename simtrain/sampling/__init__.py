"""Trials by the thousand: in chunks, on many processors, and kept on disk."""
