"""People posted to places (选派): slots filled, and the rules their holders must meet."""

from bangfu.engine.staffing.rules import (
    PostCheck,
    check_concurrent_post,
    check_establishment,
    check_party_member,
    check_rank,
    check_term,
)
from bangfu.engine.staffing.slots import SlotRule, in_post, slot_coverage

__all__ = [
    "PostCheck",
    "SlotRule",
    "check_concurrent_post",
    "check_establishment",
    "check_party_member",
    "check_rank",
    "check_term",
    "in_post",
    "slot_coverage",
]
