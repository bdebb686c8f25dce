"""Who sees which rows and may do what (权限): grants, roles, the gate under every list."""
