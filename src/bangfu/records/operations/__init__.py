"""Keeping an installation well (运行维护): set-up, verification, backup, restore."""
