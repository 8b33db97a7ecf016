"""The report: summarize → dict → render → one page, tables and figures."""

from cio_topics.report.summary import ReportSettings, summarize
from cio_topics.report.write import write_report

__all__ = ["ReportSettings", "summarize", "write_report"]
