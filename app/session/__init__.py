"""What a session of the window is made of, without Qt: its state, what was asked for, its long work."""
