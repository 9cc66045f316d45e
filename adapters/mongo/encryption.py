"""Personal data, encrypted field by field before it leaves this process.

MongoDB's client-side encryption, explicit (automatic rules need the Enterprise server);
decryption is automatic on read. Deterministic where equality must be found (openid, phone,
ID number), random everywhere else.
"""

from typing import Any, Literal

from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientEncryption

# They come by a star import, which mypy takes for no export.
from pymongo.encryption import Algorithm, ClientEncryption  # type: ignore[attr-defined]
from pymongo.encryption_options import AutoEncryptionOpts
from pymongo.errors import DuplicateKeyError, EncryptionError

from adapters.mongo.masters import LOCAL, Masters

# Field keys are held unwrapped for as long as the process lives: they can be wrapped anew, by
# another master key, under a running server.
FOR_EVER = 0
# Encrypted sooner than handed to a thread: the keys are there, so nothing is waited for.
SHORT = 16_384

KeyName = Literal["account", "person", "report", "reply", "hold"]
KEY_NAMES: tuple[KeyName, ...] = ("account", "person", "report", "reply", "hold")


class WrongMasterKey(Exception):
    """What is encrypted could not be read, so nothing may be written."""


def automatic_decryption(masters: Masters, vault: str) -> AutoEncryptionOpts:
    """Options of a client that decrypts whatever it reads; ``vault`` is ``db.collection``."""
    return AutoEncryptionOpts(
        masters.providers,
        vault,
        bypass_auto_encryption=True,
        kms_tls_options=masters.tls,
        key_expiration_ms=FOR_EVER,
    )


class FieldCipher:
    """Encrypts values with the data key of their kind."""

    def __init__(self, client: "AsyncIOMotorClient[Any]", masters: Masters, vault: str) -> None:
        database, _, collection = vault.partition(".")
        self._client = client
        self._masters = masters
        self._vault_name = vault
        self._vault = client[database][collection]
        self._encryption = _encryption(client, masters, vault)

    async def prepare(self) -> None:
        """Make the data keys that are missing; safe with any number of processes.

        Raises:
            WrongMasterKey: the keys in the vault were wrapped by another master key.
        """
        await self._vault.create_index(
            "keyAltNames", unique=True, partialFilterExpression={"keyAltNames": {"$exists": True}}
        )
        try:
            for name in KEY_NAMES:
                if await self._vault.find_one({"keyAltNames": name}) is None:
                    await self._make(name)
            for name in KEY_NAMES:
                await self._unwrap(name)
        except EncryptionError as error:
            raise WrongMasterKey(self._refusal()) from error

    async def equal(self, key: KeyName, value: str) -> Binary:
        """So that the same value is found again; the caller normalises first."""
        return await self._encrypt(
            key, value, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Deterministic
        )

    async def random(self, key: KeyName, value: str | bytes) -> Binary:
        """So that equal values look different."""
        return await self._encrypt(key, value, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random)

    async def rewrap(self, provider: str) -> int:
        """Have every field key wrapped by this provider's master key, one after the other.

        Each is openable at every moment, by the earlier key or by the new one; how many were
        not wrapped so before.
        """
        others = {"masterKey.provider": {"$ne": provider}}
        count = 0
        while found := await self._vault.find_one(others, {"_id": 1}):
            await self._rewrap_one(found["_id"], provider)
            count += 1
        return count

    async def require_opens(self, masters: Masters) -> None:
        """See that these master keys alone open every field key.

        Raises:
            WrongMasterKey: they do not.
        """
        alone = FieldCipher(self._client, masters, self._vault_name)
        try:
            for name in KEY_NAMES:
                await alone.random(name, "")
        except EncryptionError as error:
            raise WrongMasterKey("the new master key does not open every field key") from error
        finally:
            await alone.close()

    async def close(self) -> None:
        """Give back what libmongocrypt holds."""
        await self._encryption.close()

    async def _encrypt(self, key: KeyName, value: str | bytes, algorithm: str) -> Binary:
        encrypted: Binary
        if len(value) > SHORT:
            encrypted = await self._encryption.encrypt(value, algorithm, key_alt_name=key)
        else:
            encrypted = self._encryption.delegate.encrypt(value, algorithm, key_alt_name=key)
        return encrypted

    async def _rewrap_one(self, key_id: Binary, provider: str) -> None:
        await self._encryption.rewrap_many_data_key({"_id": key_id}, provider)

    async def _unwrap(self, name: KeyName) -> None:
        """For writing, and by reading something, for the client that decrypts what it reads."""
        sealed = await self.random(name, "")
        reading = self._vault.database.aggregate([{"$documents": [{"sealed": sealed}]}])
        await reading.to_list(None)

    def _refusal(self) -> str:
        if self._masters.provider == LOCAL:
            return "master.key does not open this database: it was made with another one"
        return (
            f"the key service ({self._masters.provider}) does not open this database: "
            "check CREDIT_KMS_OPTIONS_FILE, and that the service can be reached"
        )

    async def _make(self, name: KeyName) -> None:
        try:
            await self._encryption.create_data_key(
                self._masters.provider, self._masters.master_key, key_alt_names=[name]
            )
        except (DuplicateKeyError, EncryptionError) as error:
            cause = error.__cause__ or error
            if not isinstance(cause, DuplicateKeyError):
                raise


def _encryption(
    client: "AsyncIOMotorClient[Any]", masters: Masters, vault: str
) -> "AsyncIOMotorClientEncryption[Any]":
    codec: CodecOptions[Any] = CodecOptions(uuid_representation=STANDARD)
    encryption: AsyncIOMotorClientEncryption[Any] = AsyncIOMotorClientEncryption(
        masters.providers, vault, client, codec
    )
    # Motor hands on neither how long keys are held nor, before its newest, the TLS options.
    encryption.delegate.close()
    encryption.delegate = ClientEncryption(
        masters.providers,
        vault,
        client.delegate,
        codec,
        kms_tls_options=masters.tls,
        key_expiration_ms=FOR_EVER,
    )
    return encryption
