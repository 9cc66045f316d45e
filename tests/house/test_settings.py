"""Settings: each documented, none with a secret default, and a wrong one stops the start."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from server import development
from server.outside import systems
from server.settings import Settings, SettingsError, load, variable

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
REQUIRED = {
    "public_url": "https://credit.example",
    "wechat_appid": "wx1",
    "wechat_secret": "s",
    "platform_url": "https://platform.example",
    "platform_app_id": "a",
    "platform_secret": "s",
    "identity_url": "https://identity.example",
    "identity_app_id": "a",
    "identity_secret": "s",
}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme_with_its_description(name: str) -> None:
    line = next(line for line in README.splitlines() if f"`{variable(name)}`" in line)
    assert str(Settings.model_fields[name].description) in line


def test_no_secret_has_a_default() -> None:
    for name, field in Settings.model_fields.items():
        if SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ())):
            assert field.is_required() or field.default is None, name


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        load()
    assert {line.split(":")[0] for line in str(refused.value).splitlines()} == {
        variable(name) for name in REQUIRED
    }


@pytest.mark.parametrize("name", ["wechat_ca_file", "platform_ca_file", "identity_ca_file"])
@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_authorities_that_cannot_be_read_stop_the_start_and_are_named(
    name: str, text: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "ca.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingsError, match=f"{variable(name)}: .*ca.pem"):
        load(**{**REQUIRED, name: file})


def test_each_outside_system_has_its_own_way(tmp_path: Path) -> None:
    development.prepare_keys(tmp_path)
    own = {
        "platform_ca_file": tmp_path / "root.crt.pem",
        "identity_proxy": "http://user:pass@proxy.example:3128",
    }
    made = systems(load(**{**REQUIRED, **own}), observe=lambda **_: None)
    ways = {one.system.name: (one.system.ca_file, one.system.proxy) for one in made.all}
    assert ways == {
        "wechat": (None, None),
        "platform": (tmp_path / "root.crt.pem", None),
        "identity": (None, "http://user:pass@proxy.example:3128/"),
    }


PUSH = {"wechat_push_token": "Token1", "wechat_push_aes_key": "A" * 43}


@pytest.mark.parametrize("name", PUSH)
def test_of_the_two_settings_of_the_push_one_alone_stops_the_start(name: str) -> None:
    load(**{**REQUIRED, **PUSH})
    with pytest.raises(SettingsError) as refused:
        load(**{**REQUIRED, name: PUSH[name]})
    assert all(variable(both) in str(refused.value) for both in PUSH)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wechat_push_token", ""),
        ("wechat_push_token", "ab"),
        ("wechat_push_token", "a" * 33),
        ("wechat_push_token", "no blanks"),
        ("wechat_push_aes_key", ""),
        ("wechat_push_aes_key", "A" * 42),
        ("wechat_push_aes_key", "A" * 44),
        ("wechat_push_aes_key", "A" * 42 + "="),
        ("wechat_push_aes_key", "A" * 42 + "é"),
    ],
)
def test_credentials_of_the_push_that_wechat_does_not_give_stop_the_start(
    name: str, value: str
) -> None:
    """An empty token would let anybody sign."""
    with pytest.raises(SettingsError, match=f"{variable(name)}: ") as refused:
        load(**{**REQUIRED, **PUSH, name: value})
    assert not value or value not in str(refused.value)


GRID = {
    "grid_url": "https://grid.example",
    "grid_app_id": "a",
    "grid_secret": "ours",
    "grid_callback_secret": "theirs",
}


@pytest.mark.parametrize("name", ["grid_app_id", "grid_secret", "grid_callback_secret"])
def test_the_power_companys_address_asks_for_its_credentials(name: str) -> None:
    load(**{**REQUIRED, **GRID})
    without = {key: value for key, value in GRID.items() if key != name}
    with pytest.raises(SettingsError, match=f"{variable(name)}: "):
        load(**{**REQUIRED, **without})


SMS = {"sms_url": "https://sms.example", "sms_app_id": "a", "sms_secret": "ours"}


@pytest.mark.parametrize("name", ["sms_app_id", "sms_secret"])
def test_the_sms_gateways_address_asks_for_its_credentials(name: str) -> None:
    load(**{**REQUIRED, **SMS})
    without = {key: value for key, value in SMS.items() if key != name}
    with pytest.raises(SettingsError, match=f"{variable(name)}: "):
        load(**{**REQUIRED, **without})


def test_the_two_secrets_of_the_power_company_differ() -> None:
    with pytest.raises(SettingsError, match=r"CREDIT_GRID_CALLBACK_SECRET: ") as refused:
        load(**{**REQUIRED, **GRID, "grid_callback_secret": "ours"})
    assert "ours" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "70000"),
        ("public_url", "not a url"),
        ("district", "4401"),
        ("log_level", "loud"),
        ("rates", '{"verify": "many"}'),
        ("rates", "60/60"),
        ("rates", '{"unknown": "1/1"}'),
        ("workers", "-1"),
        ("domain_check_folder", "/nowhere"),
        ("wechat_proxy", "proxy.example:3128"),
        ("trusted_proxies", "10.0.0.0/33"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("trusted_proxies", "10.0.0.1,proxy"),
    ],
)
def test_a_malformed_setting_stops_the_start_and_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for needed, given in REQUIRED.items():
        monkeypatch.setenv(variable(needed), given)
    load()
    monkeypatch.setenv(variable(name), value)
    with pytest.raises(SettingsError, match=variable(name)):
        load()
