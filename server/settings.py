"""Every setting: an environment variable that begins with CREDIT_. None has a secret default.

A missing or malformed setting stops the start, and every faulty one is named.
"""

import json
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    DirectoryPath,
    Field,
    HttpUrl,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    ValidationInfo,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.media_settings import MediaSettings
from server.rates import RATES

Model = TypeVar("Model", bound=BaseSettings)


class SettingsError(Exception):
    """One line for each setting that is missing or malformed."""


def _with_address(path: Path | None, info: ValidationInfo) -> Path | None:
    if path is None and info.data.get("timestamp_url") is not None:
        raise ValueError("is required with CREDIT_TIMESTAMP_URL")
    return path


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _decoded(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError('not JSON, for example {"verify": "60/60"}') from None


def _known(rates: dict[str, str]) -> dict[str, str]:
    for name, limit in rates.items():
        if name not in RATES:
            raise ValueError(f"no rate is named {name!r}; there are {', '.join(RATES)}")
        if not re.fullmatch(r"\d{1,9}/[1-9]\d{0,8}", limit):
            raise ValueError(f"{name}: {limit!r} is not COUNT/SECONDS")
    return rates


def _readable(path: Path | None) -> Path | None:
    if path is not None:
        try:
            ssl.create_default_context(cafile=path)
        except OSError as error:
            raise ValueError(f"{path} is no file of PEM certificates ({error.strerror})") from None
    return path


Authorities = Annotated[Path | None, AfterValidator(_readable)]
Rates = Annotated[dict[str, str], NoDecode, BeforeValidator(_decoded), AfterValidator(_known)]


def _as_wechat_lets(token: SecretStr | None) -> SecretStr | None:
    """An empty one would let anybody sign."""
    if token is not None and not re.fullmatch("[A-Za-z0-9]{3,32}", token.get_secret_value()):
        raise ValueError("a token has 3 to 32 letters and digits")
    return token


def _with_token(key: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Both are set, or neither."""
    token: SecretStr | None = info.data.get("wechat_push_token")
    if (key is None) != (token is None):
        raise ValueError("set CREDIT_WECHAT_PUSH_TOKEN and CREDIT_WECHAT_PUSH_AES_KEY together")
    if key is not None and not re.fullmatch(r"[A-Za-z0-9+/]{43}", key.get_secret_value()):
        raise ValueError("an EncodingAESKey has 43 letters and digits")
    return key


def _with_grid(value: object, info: ValidationInfo) -> object:
    """An address is of no use without a name and the two secrets."""
    if value is None and info.data.get("grid_url") is not None:
        raise ValueError("is required with CREDIT_GRID_URL")
    return value


def _with_sms(value: object, info: ValidationInfo) -> object:
    """An address is of no use without a name and a secret."""
    if value is None and info.data.get("sms_url") is not None:
        raise ValueError("is required with CREDIT_SMS_URL")
    return value


def _of_its_own(secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Who hears our requests could sign its own with the same."""
    if secret is not None and secret == info.data.get("grid_secret"):
        raise ValueError("must not be CREDIT_GRID_SECRET")
    return secret


PushToken = Annotated[SecretStr | None, AfterValidator(_as_wechat_lets)]
PushKey = Annotated[SecretStr | None, AfterValidator(_with_token)]


class DatabaseSettings(BaseSettings):
    """What an operator's command needs: the database and the keys."""

    model_config = SettingsConfigDict(env_prefix="CREDIT_", extra="forbid", frozen=True)

    data_folder: Path = Field(
        default=Path("data"), description="Where the embedded database and development keys live"
    )
    keys_folder: Path | None = Field(
        default=None, description="Folder of key files; default: keys/ in the data folder"
    )
    mongo_uri: SecretStr | None = Field(
        default=None, description="A real cluster; unset starts the embedded database"
    )
    mongo_port: int = Field(
        default=0, ge=0, le=65535, description="Port of the embedded database; 0 takes any"
    )
    database: str = Field(
        default="credit_yuexiu", pattern=r"^[a-z][a-z0-9_]{0,37}$", description="Database name"
    )

    kms_provider: Literal["local", "aws", "azure", "gcp", "kmip"] = Field(
        default="local",
        description="Who wraps the field keys: master.key, or a key service (untested)",
    )
    kms_options_file: Path | None = Field(
        default=None,
        description="JSON for a key service: provider, master_key and tls as pymongo takes them",
    )

    @property
    def keys(self) -> Path:
        """Where the key files are."""
        return self.keys_folder or self.data_folder / "keys"


class Settings(MediaSettings, DatabaseSettings):
    """The settings of one server process."""

    public_url: HttpUrl = Field(description="Address that people reach; printed in QR codes")
    bind: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes any")
    trusted_proxies: Annotated[list[IPvAnyNetwork], NoDecode, BeforeValidator(_listed)] = Field(
        default=[],
        description="Addresses or networks of proxies whose X-Forwarded-For counts, by commas",
    )
    development: bool = Field(
        default=False,
        description="Never in production: lets stand-ins in, and marks every page and paper 样例",
    )
    district: str = Field(
        default="440104", pattern=r"^\d{6}$", description="Six-digit code of the district served"
    )
    content_folder: Path | None = Field(
        default=None, description="The district's own content; default: the one shipped"
    )
    domain_check_folder: DirectoryPath | None = Field(
        default=None, description="Folder of WeChat's domain check files, served at / and in /v/"
    )
    wechat_url: HttpUrl = Field(
        default=HttpUrl("https://api.weixin.qq.com"), description="WeChat's API"
    )
    wechat_ca_file: Authorities = Field(
        default=None,
        description="PEM of the authorities trusted for WeChat, instead of public ones",
    )
    wechat_proxy: HttpUrl | None = Field(default=None, description="Proxy for every call to WeChat")
    wechat_appid: str = Field(min_length=1, description="AppID of the mini program")
    wechat_secret: SecretStr = Field(description="AppSecret of the mini program")
    wechat_push_token: PushToken = Field(
        default=None, description="Token of WeChat's message push; unset closes its address"
    )
    wechat_push_aes_key: PushKey = Field(
        default=None, validate_default=True, description="EncodingAESKey of the push, 43 characters"
    )
    wechat_env: Literal["release", "trial", "develop"] = Field(
        default="release",
        description="Version of the mini program that codes, links and messages open",
    )
    wechat_invitation_page: str = Field(
        default="pages/invitation",
        pattern=r"^[0-9A-Za-z_-]+(/[0-9A-Za-z_-]+)*$",
        description="Page of the mini program that shows an invitation; its secret is the scene",
    )
    platform_url: HttpUrl = Field(description="The municipal public-credit platform")
    platform_ca_file: Authorities = Field(
        default=None,
        description="PEM of the authorities trusted for the platform, instead of public ones",
    )
    platform_proxy: HttpUrl | None = Field(
        default=None, description="Proxy for every call to the platform"
    )
    platform_app_id: str = Field(min_length=1, description="Our name at the platform")
    platform_secret: SecretStr = Field(description="Key that signs requests to the platform")
    identity_url: HttpUrl = Field(description="The identity-check agency")
    identity_ca_file: Authorities = Field(
        default=None,
        description="PEM of the authorities trusted for the agency, instead of public ones",
    )
    identity_proxy: HttpUrl | None = Field(
        default=None, description="Proxy for every call to the agency"
    )
    identity_app_id: str = Field(min_length=1, description="Our name at the agency")
    identity_secret: SecretStr = Field(description="Key that signs requests to the agency")
    timestamp_url: HttpUrl | None = Field(
        default=None, description="The time-stamp authority (RFC 3161); unset: no stamps wanted"
    )
    timestamp_ca_file: Authorities = Field(
        default=None,
        description="PEM of the authorities trusted for TLS to it, instead of public ones",
    )
    timestamp_proxy: HttpUrl | None = Field(
        default=None, description="Proxy for every call to the time-stamp authority"
    )
    timestamp_root_file: Annotated[Authorities, AfterValidator(_with_address)] = Field(
        default=None,
        validate_default=True,
        description="PEM of the roots its stamps are checked by; required with its address",
    )
    grid_url: HttpUrl | None = Field(
        default=None, description="The power company's system; unset: its clerk works at the desk"
    )
    grid_ca_file: Authorities = Field(
        default=None,
        description="PEM of the authorities trusted for that system, instead of public ones",
    )
    grid_proxy: HttpUrl | None = Field(
        default=None, description="Proxy for every call to the power company"
    )
    grid_app_id: Annotated[str | None, AfterValidator(_with_grid)] = Field(
        default=None,
        validate_default=True,
        min_length=1,
        description="Our name at the power company, and its name for us in callbacks",
    )
    grid_secret: Annotated[SecretStr | None, AfterValidator(_with_grid)] = Field(
        default=None,
        validate_default=True,
        description="Key that signs requests to the power company",
    )
    grid_callback_secret: Annotated[
        SecretStr | None, AfterValidator(_with_grid), AfterValidator(_of_its_own)
    ] = Field(
        default=None,
        validate_default=True,
        description="Key that signs the power company's requests to us; another than ours to it",
    )
    sms_url: HttpUrl | None = Field(
        default=None, description="The SMS gateway; unset: staff get no SMS, and are told so"
    )
    sms_ca_file: Authorities = Field(
        default=None,
        description="PEM of the authorities trusted for the gateway, instead of public ones",
    )
    sms_proxy: HttpUrl | None = Field(
        default=None, description="Proxy for every call to the SMS gateway"
    )
    sms_app_id: Annotated[str | None, AfterValidator(_with_sms)] = Field(
        default=None, validate_default=True, min_length=1, description="Our name at the SMS gateway"
    )
    sms_secret: Annotated[SecretStr | None, AfterValidator(_with_sms)] = Field(
        default=None,
        validate_default=True,
        description="Key that signs requests to the SMS gateway",
    )
    access_minutes: int = Field(default=15, ge=1, le=60, description="Life of an access token")
    session_days: int = Field(
        default=30, ge=1, le=365, description="A session not used so long must sign in again"
    )
    console_idle_minutes: int = Field(
        default=30, ge=1, le=120, description="Staff who do nothing so long sign in again"
    )
    console_hours: int = Field(
        default=10, ge=1, le=24, description="Staff sign in again after so many hours"
    )
    report_reuse_seconds: int = Field(
        default=3600,
        ge=0,
        description="An identical request within this time gives the same report",
    )
    workers: int = Field(
        default=1, ge=0, le=64, description="Jobs of each topic worked on at a time; 0: none"
    )
    jobs_late_minutes: int = Field(
        default=10, ge=1, description="Readiness warns when a job has been due so long"
    )
    paper_processes: int = Field(
        default=1, ge=1, le=64, description="Processes that set and sign papers"
    )
    live_sockets: int = Field(
        default=6000, ge=1, le=60_000, description="Live sockets that one process holds"
    )
    live_sockets_per_session: int = Field(
        default=8, ge=1, le=100, description="Live sockets that one session may open in a process"
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="Bearer token for /metrics; unset closes it"
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="Least level logged"
    )
    rates: Rates = Field(
        default=RATES, description='How often per person or address, as JSON: {"verify": "60/60"}'
    )

    @property
    def rates_table(self) -> dict[str, tuple[int, int]]:
        """What may be done how often in how many seconds."""
        table = {}
        for what, limit in {**RATES, **self.rates}.items():
            most, _, window = limit.partition("/")
            table[what] = (int(most), int(window))
        return table


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"CREDIT_{name.upper()}"


def load(**given: object) -> Settings:
    """Read the environment; ``given`` beats it.

    Raises:
        SettingsError: naming every setting that is missing or malformed.
    """
    return _read(Settings, given)


def load_database() -> DatabaseSettings:
    """Read from the environment what names the database and the keys.

    Raises:
        SettingsError: naming every setting that is malformed.
    """
    return _read(DatabaseSettings, {})


def _read(model: type[Model], given: Mapping[str, object]) -> Model:
    try:
        return model(**given)  # type: ignore[arg-type]  # judged by the model itself
    except ValidationError as error:
        lines = [f"{variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors()]
        raise SettingsError("\n".join(sorted(set(lines)))) from None
