"""Places (地方): what stays when codes, names and parents change."""
