"""Long work (任务): state, progress, lease and checkpoint in one row each."""
