"""The report of a run (运行报告): one self-contained HTML page for an office to forward."""

from bangfu.programme.report.page import report_html

__all__ = ["report_html"]
