"""The compiled engine: the same trials as the engine on SimPy, told by compiled code."""
