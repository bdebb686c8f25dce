"""The operation log (操作日志): who did what, when, in a chain nobody can mend unseen."""
