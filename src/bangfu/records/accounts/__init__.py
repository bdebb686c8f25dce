"""Accounts (账号): who may sign in, which posts they hold, how posts pass on."""
