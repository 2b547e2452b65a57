"""What is decided: pure functions of the numbers in force and of one row of draws.

Nothing here knows that time passes, waits on a clock or reports what happened.
"""
