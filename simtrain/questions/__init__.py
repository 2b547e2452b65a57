"""What planners ask of a scenario, and the answers."""
