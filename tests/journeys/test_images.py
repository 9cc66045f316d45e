"""Images added on the phone: uploaded at once, told in words, taken back with the keyboard."""

from playwright.sync_api import FilePayload, Page

from tests.applying import document, photo
from tests.journeys.axe import faults
from tests.journeys.phone import Phone
from tests.served import Served

# The part of a form, and images as a message shows them, in an empty page.
MOUNT = """async () => {
  const { imagesPart, shownImages } = await import("/parts/images.js");
  const part = imagesPart({ most: 2 });
  globalThis.part = part;
  const one = (shown, words) => (
    { id: shown, state: "review", shown, words, url: null, width: 1, height: 1 });
  const seen = shownImages([one("folded", "图片待核验"), one("withheld", "不予显示")],
    { unfold: async (image) => ({ ...image, shown: "open", words: "", url: "/icon.svg" }) });
  document.querySelector("main").replaceChildren(part.node, seen);
}"""


def test_images_are_added_and_taken_back_by_keyboard(phone: Page, place: Served) -> None:
    hand = Phone(phone, place)
    hand.take("个体工商户")
    hand.sign_in()
    phone.evaluate(MOUNT)
    add(phone, hand, FilePayload(name="a.pdf", mimeType="image/jpeg", buffer=document(1)))
    assert "请截图后添加" in hand["problem"].inner_text()
    jpeg = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=photo())
    add(phone, hand, jpeg, jpeg)
    hand["image-open"].nth(1).wait_for()
    assert hand["images-count"].inner_text() == "已添加 2 张，最多 2 张。"
    assert hand["image-add"].is_hidden()
    assert len(phone.evaluate("part.values().images")) == 2
    image = phone.locator("[data-test=image-open] img").first
    assert image.evaluate("img => img.decode().then(() => img.naturalWidth)") == 40
    hand["image-remove"].first.focus()
    phone.keyboard.press("Enter")
    hand["image-add"].wait_for()
    assert phone.evaluate("document.activeElement.textContent") == "删除图片 1"
    phone.keyboard.press("Enter")
    phone.wait_for_function("part.values().images.length === 0")
    assert phone.evaluate("document.activeElement.dataset.test") == "image-add"
    folded = phone.locator("[data-shown=folded]")
    assert "图片待核验" in folded.inner_text()
    folded.locator("[data-test=image-unfold]").click()
    phone.locator("[data-shown=open]").wait_for()
    assert phone.locator("[data-shown=withheld] [data-test=image-unfold]").count() == 0
    assert faults(phone) == []


def add(phone: Page, hand: Phone, *files: FilePayload) -> None:
    """Chooses photographs."""
    with phone.expect_file_chooser() as chooser:
        hand["image-add"].click()
    chooser.value.set_files(list(files))
