"""Every collection: its fields, which of them are ciphertext, and its indexes."""

from adapters.mongo.schema import (
    audit,
    electricity,
    erasure,
    foundation,
    grid,
    live,
    messages,
    mydata,
    people,
    promises,
    pushes,
    reports,
    rights,
    staff,
    usage_records,
    wechat,
)

COLLECTIONS = (
    *foundation.COLLECTIONS,
    *audit.COLLECTIONS,
    *people.COLLECTIONS,
    *rights.COLLECTIONS,
    *promises.COLLECTIONS,
    *electricity.COLLECTIONS,
    *grid.COLLECTIONS,
    *staff.COLLECTIONS,
    *usage_records.COLLECTIONS,
    *reports.COLLECTIONS,
    *mydata.COLLECTIONS,
    *pushes.COLLECTIONS,
    *wechat.COLLECTIONS,
    *erasure.COLLECTIONS,
    *messages.COLLECTIONS,
    *live.COLLECTIONS,
)
