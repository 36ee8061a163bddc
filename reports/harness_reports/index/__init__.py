"""The page that leads to the reports of several suites run together."""

from harness_reports.index.page import IndexPage, IndexRow, index_page

__all__ = ["IndexPage", "IndexRow", "index_page"]
