"""The phone page, spoken to by the marks it leaves for tests (listed in sandbox/phone/app.js)."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pypdfium2
import zxingcpp
from playwright.sync_api import FilePayload, Locator, Page

from tests.applying import photo
from tests.forked import run_forked
from tests.served import Served

DPI = 150
POINTS_PER_INCH = 72


class Phone:
    """One phone in somebody's hand."""

    def __init__(self, page: Page, place: Served) -> None:
        self.page = page
        self.place = place

    def __getitem__(self, mark: str) -> Locator:
        return self.page.locator(f"[data-test={mark}]")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.place.sandbox}/#{path}")

    def take(self, label: str) -> None:
        """Whose phone it is."""
        self.page.goto(self.place.sandbox)
        self["dev-strip"].click()
        self["persona-select"].select_option(label=label)
        self["sign-in-entry"].wait_for()

    def fill_in(self) -> None:
        """What the strip beside the phone knows of the person."""
        if not self["dev-fill"].is_visible():
            self["dev-strip"].click()
        self["dev-fill"].click()

    def sign_in(self) -> None:
        self["sign-in-entry"].click()
        self["agree-privacy"].check()
        self["sign-in"].click()
        self["todo"].wait_for()

    def prove_name(self, name: str = "", id_number: str = "") -> None:
        """The name of whose phone it is, unless another is given."""
        self.go("/real-name")
        self["agree-identity"].check()
        if name:
            self["real-name-name"].fill(name)
            self["real-name-id-number"].fill(id_number)
        else:
            self.fill_in()
        self["real-name-submit"].click()
        self["face-pass"].click()
        self["real-name-done"].wait_for()

    def bind(self) -> None:
        self.go("/enterprises")
        self["bind-uscc"].wait_for()
        self.fill_in()
        self["bind-submit"].click()
        self["bound"].wait_for()

    @property
    def report_id(self) -> str:
        """Of the report that is open."""
        return self.page.url.split("/")[-1].split("?")[0]

    def request(self, *, agreeing: bool = True, edition: str = "") -> str:
        """A ready report of whom the phone acts for; its id."""
        self.go("/request")
        if edition:
            self.page.locator(f"[data-test=edition][value={edition}]").check()
        self.page.locator("[data-test=purpose][value=electricity]").check()
        if agreeing:
            self["agree-credit-report"].check()
        self["request-report"].click()
        self["report-summary"].wait_for(timeout=60_000)
        return self.report_id

    def download(self, folder: Path) -> bytes:
        self["download-pdf"].click()
        with self.page.expect_download() as download:
            self["save-pdf"].click()
        file = folder / "report.pdf"
        download.value.save_as(file)
        return file.read_bytes()

    def whole_way(self, label: str, folder: Path) -> bytes:
        """From taking the phone up to the paper in hand."""
        self.take(label)
        self.sign_in()
        self.prove_name()
        self.bind()
        self.request()
        return self.download(folder)

    def fill_promise(self) -> None:
        """The electricity promise, from the first page on, until it is judged."""
        self.go("/")
        self["entry-promises"].click()
        self["promise-new-electricity"].click()
        self["promise-text"].wait_for()
        self["promise-address"].fill("样例路 8 号首层")
        self["promise-use"].fill("便利店经营")
        if self["agree-credit-report"].count():
            self["agree-credit-report"].check()
        self["promise-draft"].click()
        self["promise"].wait_for(timeout=60_000)

    def sign_promise(self, *, failing: bool = False) -> None:
        """The draft that is open, with one's face."""
        self["agree-publication"].check()
        self["promise-sign"].click()
        self["face-fail" if failing else "face-pass"].click()

    def begin_application(self) -> None:
        """A draft for electricity, with everything that the strip fills in."""
        self.go("/electricity/new")
        self["wanted-next"].wait_for()
        self.fill_in()
        self["wanted-next"].click()
        self["paper"].first.wait_for()

    def hand_in(self, *papers: str) -> None:
        """A photograph for each of these papers."""
        for paper in papers:
            with self.page.expect_file_chooser() as chooser:
                self[f"photo-{paper}"].click()
            picture = FilePayload(name="照片.jpg", mimeType="image/jpeg", buffer=photo(400))
            chooser.value.set_files(picture)
            self.page.locator(f"[data-paper={paper}] .badge", has_text="已上传").wait_for()

    def submit(self, state: str) -> None:
        """The application that is open, agreeing to what is not agreed to yet; it is then so."""
        self["application-submit"].wait_for()
        for box in self.page.locator("main .consent input").all():
            box.check()
        self["application-submit"].click()
        ended = f"[data-test=application][data-state={state}]"
        self.page.locator(ended).wait_for(timeout=60_000)

    def promise_application(self) -> str:
        """Reads, drafts and signs the promise that the application waits for; its number."""
        self.page.locator("[data-test=publicity]").first.check()
        self["promise-begin"].click()
        self["eligible"].wait_for()
        self.sign_promise()
        self.page.locator("[data-test=application][data-state=promise_signed]").wait_for()
        return self["application-number"].inner_text()

    def bind_phone(self) -> None:
        self.go("/phone")
        self["phone-bind"].click()
        self["me-phone"].wait_for()

    def ask(self, text: str) -> str:
        """Of a credit butler, about the first service, at no place in particular; its number."""
        self.go("/tickets/new")
        self["service-item"].first.click()
        self.page.locator("[data-test=place][value='']").check()
        self["ticket-text"].fill(text)
        self["ticket-submit"].click()
        return self["ticket-number"].inner_text()

    def invite(self, name: str, phone: str, *, agreeing: bool = False) -> str:
        """An invitation by whom the phone acts for; its code."""
        self.go("/delegations/new")
        self["invite-name"].fill(name)
        if agreeing:
            self["agree-credit-report"].check()
        self["invite-phone"].fill(phone)
        self["invite-submit"].click()
        link = self["handover-link"].inner_text()
        return parse_qs(urlsplit(urlsplit(link).fragment).query)["code"][0]

    def mini_link(self) -> str:
        """WeChat's link to the invitation just made; its code is there to be scanned."""
        self["mini-code-make"].click()
        self["mini-code"].wait_for()
        assert self["mini-code"].evaluate("picture => picture.decode().then(() => picture.width)")
        return self["mini-link"].inner_text()

    def accept(self, code: str) -> None:
        self.go(f"/invitation?code={code}")
        self["invitation-accept"].click()
        self["invitation-accepted"].wait_for()

    def share(self, report: str, recipient: str, purpose: str) -> str:
        """A share of a report that may be opened many times; its address."""
        self.go(f"/reports/{report}/shares")
        self["share-recipient"].fill(recipient)
        self["share-purpose"].fill(purpose)
        self.page.locator("[data-test=share-once][value=until]").check()
        self["share-submit"].click()
        return self["handover-link"].inner_text()

    def text_of(self, agreement: str) -> str:
        """The hash of the text that was agreed to, opened from the list of consents."""
        self.go("/consents")
        item = self.page.locator(f"[data-test=consent-item][data-agreement={agreement}]").first
        item.locator("[data-test=consent-text]").click()
        self["agreement-text"].wait_for()
        return self.page.url.split("/")[-1]

    def export(self, folder: Path) -> bytes:
        """All that is kept of whose phone it is, as the archive that was saved."""
        self.go("/exports")
        self["export-request"].click()
        self["export-download"].first.click(timeout=60_000)
        with self.page.expect_download() as download:
            self["export-save"].click()
        file = folder / "export.zip"
        download.value.save_as(file)
        return file.read_bytes()

    def object(self, section: str, reason: str) -> str:
        """An objection to the first record of a section of the report that is open; its id."""
        self[f"section-{section}"].locator("summary").first.click()
        self["object"].first.click()
        self["objection-reason"].fill(reason)
        self["objection-submit"].click()
        self["objection"].wait_for()
        return self.page.url.split("/")[-1]

    def erase(self) -> str:
        """The account of whose phone it is; the number."""
        self.go("/me")
        self["me-erasure"].click()
        self["erase-confirm"].fill("注销")
        self["erase"].click()
        return self["erasure-number"].inner_text()

    def leave(self, label: str) -> str:
        """Somebody who comes only to go."""
        self.take(label)
        self.sign_in()
        return self.erase()


def decoded(pdf: bytes) -> str:
    """What the QR code says, from the pages rendered at 150 dpi in grey."""
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=DPI / POINTS_PER_INCH, grayscale=True).to_pil()
        codes = zxingcpp.read_barcodes(picture)
        if codes:
            return str(codes[0].text)
    raise AssertionError("no page shows a QR code")


def open_share(page: Page, link: str, name: str) -> str:
    """Whoever got a link says who they are and reads; the address of the opening."""
    page.goto(link)
    page.locator("input[name=name]").fill(name)
    page.locator("button[type=submit]").click()
    page.locator("[data-test=summary]").wait_for()
    return page.url


def check_offline(place: Served, file: Path) -> None:
    """``credit-yuexiu verify``, with the published root and without the server."""
    published = httpx.get(f"{place.api}/.well-known/credit-yuexiu.json").json()
    root = file.with_name("root.pem")
    root.write_text(published["root_certificate_pem"])
    done = run_forked("verify", str(file), "--root", str(root))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["authentic"] is True
