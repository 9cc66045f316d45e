"""The outside systems, each with its own address, trusted authorities, proxy and signature."""

from dataclasses import dataclass, replace

from adapters.agencies.signature import Signature
from adapters.outside import Observe, Outside, System
from server.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Systems:
    """All of them."""

    wechat: Outside
    platform: Outside
    identity: Outside
    timestamps: Outside | None
    grid: Outside | None
    sms: Outside | None

    @property
    def all(self) -> tuple[Outside, ...]:
        """Those that there are."""
        systems = (self.wechat, self.platform, self.identity, self.timestamps, self.grid, self.sms)
        return tuple(system for system in systems if system is not None)


def systems(settings: Settings, *, observe: Observe) -> Systems:
    """As the settings say."""

    def outside(system: System, auth: Signature | None = None) -> Outside:
        return Outside(system, observe=observe, auth=auth)

    return Systems(
        wechat=outside(_system(settings, "wechat", "微信")),
        platform=outside(
            _system(settings, "platform", "市公共信用信息平台"),
            Signature(
                app_id=settings.platform_app_id, secret=settings.platform_secret.get_secret_value()
            ),
        ),
        identity=outside(
            _system(settings, "identity", "身份核验机构"),
            Signature(
                app_id=settings.identity_app_id, secret=settings.identity_secret.get_secret_value()
            ),
        ),
        timestamps=outside(_authority(settings)) if settings.timestamp_url else None,
        grid=outside(_system(settings, "grid", "供电企业系统"), _grid(settings))
        if settings.grid_url
        else None,
        sms=outside(_system(settings, "sms", "短信网关"), _sms(settings))
        if settings.sms_url
        else None,
    )


def _grid(settings: Settings) -> Signature:
    secret = settings.grid_secret
    return Signature(
        app_id=settings.grid_app_id or "", secret=secret.get_secret_value() if secret else ""
    )


def _sms(settings: Settings) -> Signature:
    secret = settings.sms_secret
    return Signature(
        app_id=settings.sms_app_id or "", secret=secret.get_secret_value() if secret else ""
    )


def _authority(settings: Settings) -> System:
    """A report waits for its stamp: not for long."""
    system = _system(settings, "timestamp", "时间戳服务")
    return replace(system, connect_seconds=1.0, total_seconds=1.5, attempts=2)


def _system(settings: Settings, name: str, label: str) -> System:
    proxy = getattr(settings, f"{name}_proxy")
    return System(
        name=name,
        label=label,
        base_url=str(getattr(settings, f"{name}_url")),
        ca_file=getattr(settings, f"{name}_ca_file"),
        proxy=str(proxy) if proxy else None,
    )
