"""Report and pictures of a fit."""
