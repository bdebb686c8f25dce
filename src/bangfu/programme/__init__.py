"""The chain (帮扶全流程): a scheme and tables in, results with their reasons out."""
