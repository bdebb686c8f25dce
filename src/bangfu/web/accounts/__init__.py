"""Pages of accounts (账号): administration, handover, one's own settings."""
