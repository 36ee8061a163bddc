"""The reports of a run: HTML, JUnit, Markdown, JSON and CSV, each one reporter."""
