"""The command line (命令行): thin; every command calls the programme and shows what it gave back.

Exit codes: 0 done; 1 done but a check failed or infeasible; 2 the input or the call is wrong.
"""

from bangfu.cli.app import main

__all__ = ["main"]
