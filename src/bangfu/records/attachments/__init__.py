"""Attachments (附件): scans and photos, checked and hashed."""
