"""All of them in one run: ``.venv/bin/python -m benchmarks`` on a quiet machine.

Names narrow it: ``.venv/bin/python -m benchmarks report_list sign_in``.
"""

import sys

from benchmarks import (
    audit,
    lecture_search,
    live,
    replay,
    report_list,
    report_paper,
    report_read,
    sign_in,
    signing,
    ticket_creation,
    tickets,
    watched,
)

ALL = {
    "report_read": lambda: report_paper.run(report_read.run()),
    "report_list": report_list.run,
    "sign_in": sign_in.run,
    "signing": signing.run,
    "audit": audit.run,
    "live": live.run,
    "lecture_search": lecture_search.run,
    "replay": replay.run,
    "watched": watched.run,
    "ticket_creation": ticket_creation.run,
    "tickets": tickets.run,
}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or ALL:
        ALL[chosen]()
