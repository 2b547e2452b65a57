"""The engine: one trial of a scenario as a discrete-event simulation on SimPy's clock."""
