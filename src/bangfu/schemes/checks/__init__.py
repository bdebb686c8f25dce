"""What a scheme must hold beyond its form, one matter per module; ``check`` puts them together."""
