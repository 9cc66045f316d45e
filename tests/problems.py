"""The one shape of every failure, checked."""

import httpx

from handlers.problems import Problem


def check_problem(answer: httpx.Response, status: int, code: str) -> Problem:
    """The shape that every failure has; the problem, for what is special to it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.content)
    assert problem.status == status
    assert problem.code == code
    assert problem.type == f"urn:credit-yuexiu:problem:{code}"
    assert any("\u4e00" <= char <= "\u9fff" for char in problem.title)
    assert any("\u4e00" <= char <= "\u9fff" for char in problem.detail)
    assert problem.trace_id == answer.headers["X-Trace-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    return problem
