"""Settings of media: where the bytes of recordings and slides are kept, and how many may be."""

from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, ValidationInfo
from pydantic_settings import BaseSettings


def _with_bucket(value: object, info: ValidationInfo) -> object:
    """A bucket is of no use without who opens it, and nobody opens none."""
    if (value is None) != (info.data.get("media_s3_bucket") is None):
        raise ValueError("is set with CREDIT_MEDIA_S3_BUCKET, and only with it")
    return value


class MediaSettings(BaseSettings):
    """Where media are kept."""

    media_s3_bucket: str | None = Field(
        default=None,
        min_length=1,
        description="Bucket for media; unset: media/ in the data folder keeps them",
    )
    media_s3_endpoint: HttpUrl | None = Field(
        default=None, description="Object store that speaks S3; unset: Amazon's own"
    )
    media_s3_region: str = Field(
        default="us-east-1", min_length=1, description="Region of the bucket"
    )
    media_s3_key_id: Annotated[str | None, AfterValidator(_with_bucket)] = Field(
        default=None, validate_default=True, description="Key id that may read and write the bucket"
    )
    media_s3_secret: Annotated[SecretStr | None, AfterValidator(_with_bucket)] = Field(
        default=None, validate_default=True, description="Secret of that key"
    )
    media_hand_over: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9/_-]*/)?$")] = Field(
        default="",
        description="Location, as /kept/, internal to the nginx in front, where it finds what the "
        "media folder holds and sends it; empty: this program sends it",
    )
    media_total_gib: int = Field(
        default=500,
        ge=1,
        le=1_000_000,
        description="GiB that the files of all lectures and what is made of them may have",
    )
