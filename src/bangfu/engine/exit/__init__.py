"""Exit (退出): proposals, retention of the policies, and the changes of a list."""

from bangfu.engine.exit.lists import list_changes
from bangfu.engine.exit.retention import (
    RetentionState,
    propose_exits,
    retained_until,
    retention_state,
)

__all__ = [
    "RetentionState",
    "list_changes",
    "propose_exits",
    "retained_until",
    "retention_state",
]
