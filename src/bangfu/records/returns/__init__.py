"""Return workbooks (回传表): filled without a network, merged when they come back."""
