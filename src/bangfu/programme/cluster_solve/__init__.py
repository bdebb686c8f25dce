"""Village clusters of a folder (片区组团): inputs, the solve, and what it leaves behind."""
