"""Fixtures of the agencies' tests.

stand_ins  the sandbox's hands
platform   the credit platform's client, calling the stand-in
agency     the identity check's client, calling the stand-in
"""

from collections.abc import Callable, Iterator

import pytest

from adapters.agencies.credit_platform import CreditPlatform
from adapters.agencies.identity_check import FaceCheck
from adapters.agencies.signature import Signature
from adapters.outside import Outside
from tests.stand_ins import StandIns


@pytest.fixture
def stand_ins(sandbox: str) -> Iterator[StandIns]:
    stand_ins = StandIns(sandbox)
    yield stand_ins
    stand_ins.close()


@pytest.fixture
def platform(stand_ins: StandIns, outside: Callable[..., Outside]) -> CreditPlatform:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-platform-secret")
    return CreditPlatform(outside(auth=auth, base_url=f"{stand_ins.url}/platform"))


@pytest.fixture
def agency(stand_ins: StandIns, outside: Callable[..., Outside]) -> FaceCheck:
    auth = Signature(app_id="credit-yuexiu", secret="sandbox-identity-secret")
    return FaceCheck(outside(auth=auth, base_url=f"{stand_ins.url}/identity"))
