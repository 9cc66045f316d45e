"""Setting a drawing as PDF/A-3b with its canonical JSON attached; typst does the work."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import cast

import typst

from adapters.documents.fonts import Fonts
from adapters.documents.sheet import Drawing

ATTACHMENT = "credit-report.json"
PROMISE_ATTACHMENT = "credit-promise.json"
CERTIFICATE_ATTACHMENT = "attendance-certificate.json"
# typst forgets a cached layout after ten compilations, and one of thousands of records holds
# hundreds of megabytes: empty ones make it forget at once, while the paper is being signed.
GENERATIONS = 11
HEAVY_BYTES = 200_000


class Typesetter:
    """The templates of a folder with their fonts, loaded once; for one thread at a time."""

    def __init__(self, folder: Path, *, templates: Iterable[str], fonts: Fonts) -> None:
        loaded = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=list(fonts.folders),
        )
        self._compilers = {
            name: typst.Compiler(folder / name, font_paths=loaded, ignore_system_fonts=True)
            for name in templates
        }
        self._empty = typst.Compiler(font_paths=loaded, ignore_system_fonts=True)
        self._forgetting: Thread | None = None

    def set(self, drawing: Drawing, *, canonical: bytes, dated: datetime) -> bytes:
        """The PDF/A-3b bytes by the template that the drawing names; ``dated`` is the only date."""
        if self._forgetting:
            self._forgetting.join()
        pdf = self._compilers[str(drawing["template"])].compile(
            format="pdf",
            pdf_standards="a-3b",
            pdf_tags=False,
            timestamp=int(dated.timestamp()),
            sys_inputs={
                "sheet": json.dumps(drawing, ensure_ascii=False),
                "canonical": canonical.decode(),
                "attachment": str(drawing.get("attachment", ATTACHMENT)),
            },
        )
        if len(canonical) > HEAVY_BYTES:
            self._forgetting = Thread(target=self._forget)
            self._forgetting.start()
        return cast("bytes", pdf)

    def _forget(self) -> None:
        for _ in range(GENERATIONS):
            self._empty.compile(b"", format="pdf")
