"""Pages of imports (导入): upload, preview, difference, history."""
