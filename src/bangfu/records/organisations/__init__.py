"""Organisations and collectives (单位与集体经济组织)."""
