"""Pure functions on numbers and tables: no policy, no province, no clock, no random state."""
