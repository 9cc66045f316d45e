"""Which master keys open the database, as the settings and the keys folder say."""

import json
from collections.abc import Mapping

from adapters.keys import KeyFileError, Keys
from adapters.mongo.masters import LOCAL, Masters, local_masters
from server.settings import DatabaseSettings

PARTS = {"provider", "master_key", "tls"}


def masters(settings: DatabaseSettings, keys: Keys) -> Masters:
    """Those of the files, and before them a key service where one is set.

    Raises:
        KeyFileError: the options of the key service are missing or malformed.
    """
    files = local_masters(keys.master, *([keys.next_master] if keys.next_master else []))
    name = settings.kms_provider
    if name == LOCAL:
        return files
    options = _options(settings)
    tls = options.get("tls")
    return Masters(
        # What files wrapped before can still be read.
        providers={**files.providers, name: options["provider"]},
        provider=name,
        master_key=options.get("master_key"),
        tls={name: tls} if tls else None,
    )


def _options(settings: DatabaseSettings) -> Mapping[str, Mapping[str, object]]:
    file = settings.kms_options_file
    if file is None:
        raise KeyFileError(
            f"CREDIT_KMS_PROVIDER is {settings.kms_provider}: set CREDIT_KMS_OPTIONS_FILE"
        )
    try:
        options = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise KeyFileError(f"cannot read {file}: {error.strerror}") from error
    except ValueError as error:
        raise KeyFileError(f"{file} is not JSON") from error
    if (
        not isinstance(options, dict)
        or "provider" not in options
        or set(options) - PARTS
        or not all(isinstance(part, dict) for part in options.values())
    ):
        raise KeyFileError(f"{file} is not an object of objects provider, master_key and tls")
    return options
