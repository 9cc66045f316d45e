"""The outside systems, each with its own address, trusted authorities, proxy and signature."""

from dataclasses import dataclass

from adapters.agencies.signature import Signature
from adapters.outside import Observe, Outside, System
from server.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Systems:
    """All of them."""

    wechat: Outside
    platform: Outside
    identity: Outside


def systems(settings: Settings, *, observe: Observe) -> Systems:
    """As the settings say."""

    def outside(name: str, label: str, auth: Signature | None = None) -> Outside:
        proxy = getattr(settings, f"{name}_proxy")
        system = System(
            name=name,
            label=label,
            base_url=str(getattr(settings, f"{name}_url")),
            ca_file=getattr(settings, f"{name}_ca_file"),
            proxy=str(proxy) if proxy else None,
        )
        return Outside(system, observe=observe, auth=auth)

    return Systems(
        wechat=outside("wechat", "微信"),
        platform=outside(
            "platform",
            "市公共信用信息平台",
            Signature(
                app_id=settings.platform_app_id, secret=settings.platform_secret.get_secret_value()
            ),
        ),
        identity=outside(
            "identity",
            "身份核验机构",
            Signature(
                app_id=settings.identity_app_id, secret=settings.identity_secret.get_secret_value()
            ),
        ),
    )
