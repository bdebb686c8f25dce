"""Pages of places (地方): lists, files, changes."""
