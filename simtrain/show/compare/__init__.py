"""Report and pictures of a comparison."""
