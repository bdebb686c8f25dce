"""The system of record (事实库): models, flows and actions; it knows no HTTP."""
