"""Pages of schemes, elements and forms (方案与报表)."""
