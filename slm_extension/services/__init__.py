"""What the app does, a verb a module: load, let the domain decide, write. The instant `now` is handed in."""
