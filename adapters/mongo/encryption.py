"""Personal data, encrypted field by field before it leaves this process.

MongoDB's client-side encryption, explicit (automatic rules need the Enterprise server);
decryption is automatic on read. Deterministic where equality must be found (openid, phone,
ID number), random everywhere else.
"""

from typing import Any, Literal

from bson.binary import STANDARD, Binary
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientEncryption
from pymongo.encryption import Algorithm  # type: ignore[attr-defined]  # exported, untyped
from pymongo.encryption_options import AutoEncryptionOpts
from pymongo.errors import DuplicateKeyError, EncryptionError

KeyName = Literal["account", "person", "report", "reply", "hold"]
KEY_NAMES: tuple[KeyName, ...] = ("account", "person", "report", "reply", "hold")


class WrongMasterKey(Exception):
    """What is encrypted could not be read, so nothing may be written."""


def automatic_decryption(master_key: bytes, vault: str) -> AutoEncryptionOpts:
    """Options of a client that decrypts whatever it reads; ``vault`` is ``db.collection``."""
    return AutoEncryptionOpts({"local": {"key": master_key}}, vault, bypass_auto_encryption=True)


class FieldCipher:
    """Encrypts values with the data key of their kind."""

    def __init__(self, client: "AsyncIOMotorClient[Any]", master_key: bytes, vault: str) -> None:
        database, _, collection = vault.partition(".")
        self._vault = client[database][collection]
        self._encryption: AsyncIOMotorClientEncryption[Any] = AsyncIOMotorClientEncryption(
            {"local": {"key": master_key}},
            vault,
            client,
            CodecOptions(uuid_representation=STANDARD),
        )

    async def prepare(self) -> None:
        """Make the data keys that are missing; safe with any number of processes.

        Raises:
            WrongMasterKey: the keys in the vault were wrapped by another master key.
        """
        await self._vault.create_index(
            "keyAltNames", unique=True, partialFilterExpression={"keyAltNames": {"$exists": True}}
        )
        for name in KEY_NAMES:
            if await self._vault.find_one({"keyAltNames": name}) is None:
                await self._make(name)
        try:
            for name in KEY_NAMES:
                await self.random(name, "")
        except EncryptionError as error:
            raise WrongMasterKey(
                "master.key does not open this database: it was made with another one"
            ) from error

    async def equal(self, key: KeyName, value: str) -> Binary:
        """So that the same value is found again; the caller normalises first."""
        return await self._encrypt(
            key, value, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Deterministic
        )

    async def random(self, key: KeyName, value: str | bytes) -> Binary:
        """So that equal values look different."""
        return await self._encrypt(key, value, Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random)

    async def close(self) -> None:
        """Give back what libmongocrypt holds."""
        await self._encryption.close()

    async def _encrypt(self, key: KeyName, value: str | bytes, algorithm: str) -> Binary:
        encrypted: Binary = await self._encryption.encrypt(value, algorithm, key_alt_name=key)
        return encrypted

    async def _make(self, name: KeyName) -> None:
        try:
            await self._encryption.create_data_key("local", key_alt_names=[name])
        except (DuplicateKeyError, EncryptionError) as error:
            cause = error.__cause__ or error
            if not isinstance(cause, DuplicateKeyError):
                raise
