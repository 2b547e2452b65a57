"""What trials come to: the columns of their table, its statistics, and what is asked of it."""
