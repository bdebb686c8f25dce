"""Attachments (附件) as downloads."""
