"""Papers an office forwards (报表和文稿): the workbook of a run, the table of tasks.

Written as .xlsx and .docx; the same input gives the same bytes on every day.
"""

from bangfu.programme.papers.run_workbook import run_workbook
from bangfu.programme.papers.tasks import TaskTable, task_table
from bangfu.programme.papers.tasks_docx import tasks_docx
from bangfu.programme.papers.tasks_xlsx import tasks_xlsx

__all__ = ["TaskTable", "run_workbook", "task_table", "tasks_docx", "tasks_xlsx"]
