"""The parts of telling the staff, joined."""

from adapters.mongo.alerts import MongoAlerts
from adapters.mongo.staff import MongoStaff
from domain.alerts.telling import Telling
from domain.live.events import Publish
from server.ground import Ground


class AlertParts:
    """What other rooms tell the staff by."""

    def __init__(self, ground: Ground, *, publish: Publish) -> None:
        self.store = MongoAlerts(ground.database)
        self.tell = Telling(store=self.store, publish=publish)
        self.of_role = MongoStaff(ground.database).of_role
