"""Results as text and pictures: what is drawn here was computed elsewhere."""
