"""What the district prints on reports, and what may be chosen for a certificate."""

from datetime import timedelta

from pydantic import Field, model_validator

from content.files import Strict
from domain.credit_reports.forms.wording import Text, Wording


class Report(Strict):
    """What stands on the papers of one edition."""

    validity_days: int = Field(ge=1, le=365)
    notes: list[str] = Field(min_length=1, max_length=20)
    advice: list[str] = Field(min_length=1, max_length=20)

    def text(self) -> Text:
        """As the domain takes it."""
        return Text(
            notes=tuple(self.notes),
            advice=tuple(self.advice),
            validity=timedelta(days=self.validity_days),
        )


class _FieldOfAdministration(Strict):
    code: str = Field(pattern=r"^[a-z][a-z-]{1,39}$")
    label: str = Field(min_length=1, max_length=20)
    sample: bool = False


class NoViolation(Strict):
    """``no_violation.toml``."""

    sample: bool = False
    longest_years: int = Field(ge=1, le=20)
    validity_days: int = Field(ge=1, le=365)
    notes: list[str] = Field(min_length=1, max_length=20)
    fields: list[_FieldOfAdministration] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _fields_are_told_apart(self) -> "NoViolation":
        if len({one.code for one in self.fields} - {"unstated"}) != len(self.fields):
            raise ValueError("each field has a code of its own, and none is 'unstated'")
        if not self.sample and any(one.sample for one in self.fields):
            raise ValueError("fields marked sample make the file sample = true")
        return self


def wording(
    *,
    issuer: str,
    district: str,
    purposes: dict[str, str],
    full: Report,
    person: Report,
    certificate: NoViolation,
    sample: bool,
) -> Wording:
    """All of it, as the domain takes it."""
    return Wording(
        issuer=issuer,
        district=district,
        purposes=purposes,
        texts={
            "organisation-full": full.text(),
            "person-full": person.text(),
            "no-violation": Text(
                notes=tuple(certificate.notes),
                advice=(),
                validity=timedelta(days=certificate.validity_days),
            ),
        },
        fields={one.code: one.label for one in certificate.fields},
        longest_years=certificate.longest_years,
        sample=sample,
    )
