"""Registers (台账): repeating rows per place, as the schemes declare them."""
