"""Report and pictures of a sweep."""
