"""Logs of failures: what failed when, on which host, and when it was back."""
