"""The records as the tables of the programme (数据接口): the second adapter beside the folder.

``tables_on`` gives what `bangfu.programme.chain.run` takes, as of a day and as known at an
instant. It reads; nothing is written here, and no scheme is known.
"""

from bangfu.records.frames.asked import Asked
from bangfu.records.frames.tables import tables_on

__all__ = ["Asked", "tables_on"]
