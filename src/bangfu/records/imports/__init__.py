"""Import (导入): staged, checked, compared with what is held, merged in steps."""
