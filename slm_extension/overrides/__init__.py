"""One file per DocType that is not ours: its events, told to the services."""
