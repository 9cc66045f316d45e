"""What a session's device is called: one of four words, and nothing else is kept of it."""

from domain.identity import OTHER_DEVICE

# The first mark found counts: an Android names Linux too, an iPhone names Mac OS.
MARKS = (
    ("iphone", "iPhone"),
    ("ipad", OTHER_DEVICE),
    ("android", "安卓手机"),
    ("windows", "电脑"),
    ("macintosh", "电脑"),
    ("linux", "电脑"),
)


def device_of(user_agent: str) -> str:
    """A coarse word for the device that sent this User-Agent."""
    told = user_agent.lower()
    return next((word for mark, word in MARKS if mark in told), OTHER_DEVICE)
