"""All of them in one run: ``.venv/bin/python -m benchmarks`` on a quiet machine."""

from benchmarks import report_paper, report_read

report_paper.run(report_read.run())
