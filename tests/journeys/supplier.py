"""What the power company reports while people look at their phones."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx

from domain.usage_records.reports import Kind, Whose
from server import development, wiring
from tests.served import Served
from tests.staffing import act
from tests.usage import report_of


def theft_reported(place: Served, label: str) -> str:
    """Of the enterprise of this persona; the id of the record, which the server's workers tell of.

    In a thread of its own: while Playwright runs, no other event loop can in this one.
    """
    items = httpx.get(f"{place.sandbox}/sandbox/personas", trust_env=False).json()["items"]
    uscc = next(item["uscc"] for item in items if item["label"] == label)
    report = report_of(Whose(name="广州仁信样例医药股份有限公司", uscc=uscc), Kind.THEFT)

    async def send() -> str:
        settings = development.settings(
            sandbox=place.sandbox, public_url=place.api, data_folder=place.folder, workers=1
        )
        installation = await wiring.build(settings, mongo_uri=place.mongo_uri)
        try:
            house = installation.house
            record = await house.usage_desk.report(act(house, "clerk"), report=report)
        finally:
            await installation.close()
        return record.id

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(lambda: asyncio.run(send())).result()
