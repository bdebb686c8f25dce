"""Pages of the log (操作日志)."""
