"""The connection: one client, one database, its durability and its encryption."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bson.codec_options import CodecOptions
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import ConfigurationError, EncryptionError
from pymongo.read_concern import ReadConcern

from adapters.mongo.encryption import FieldCipher, WrongMasterKey, automatic_decryption
from adapters.mongo.masters import LOCAL, Masters, local_masters

Document = dict[str, Any]
MongoSession = AsyncIOMotorClientSession
DURABLE = WriteConcern(w="majority", j=True, wtimeout=10_000)
VAULT = "key_vault"


@dataclass(frozen=True)
class Database:
    """What every store needs."""

    client: "AsyncIOMotorClient[Document]"
    database: "AsyncIOMotorDatabase[Document]"
    cipher: FieldCipher
    # Transactions that are not over; whoever asked for one may be gone.
    under_way: "set[asyncio.Task[Any]]" = field(default_factory=set, repr=False, compare=False)

    def __getitem__(self, name: str) -> "AsyncIOMotorCollection[Document]":
        return self.database[name]

    async def close(self) -> None:
        """Close every connection, once no transaction is under way; each has its time limit."""
        while self.under_way:
            await asyncio.wait(self.under_way)
        await self.cipher.close()
        self.client.close()


def connect(uri: str, *, name: str, master_key: bytes | Masters) -> Database:
    """A database over a pool of at most 100 connections; nothing is sent yet.

    Writes are acknowledged by a majority with the journal, reads come from the primary and
    see only what a majority holds.

    Raises:
        WrongMasterKey: the driver does not take what it is told of a key service.
    """
    vault = f"{name}.{VAULT}"
    masters = local_masters(master_key) if isinstance(master_key, bytes) else master_key
    try:
        return _connected(uri, name, masters, vault)
    except (ConfigurationError, EncryptionError, TypeError, ValueError) as error:
        if masters.provider == LOCAL:
            raise
        raise WrongMasterKey(
            f"the driver does not take the options of the key service ({masters.provider}): {error}"
        ) from error


def _connected(uri: str, name: str, masters: Masters, vault: str) -> Database:
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        uri,
        tz_aware=True,
        appname="credit-yuexiu",
        maxPoolSize=100,
        connectTimeoutMS=3_000,
        serverSelectionTimeoutMS=5_000,
        socketTimeoutMS=20_000,
        auto_encryption_opts=automatic_decryption(masters, vault),
    )
    database = client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True),
        read_preference=ReadPreference.PRIMARY,
        write_concern=DURABLE,
        read_concern=ReadConcern("majority"),
    )
    return Database(client=client, database=database, cipher=FieldCipher(client, masters, vault))
