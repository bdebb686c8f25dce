"""What templates of figures may ask for."""
