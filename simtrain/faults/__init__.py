"""What strikes when: sources of faults on clocks of time at risk."""
