"""Subtitles in WebVTT (W3C): read strictly, so that whoever wrote them is told which line is wrong.

What is kept is written anew from what was read: cues with their places and words, in UTF-8. Styles
and notes are not taken over, for they may name addresses.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.files import UnfitFile

MOST_CUES = 20_000
WIDE = (b"\xff\xfe", b"\xfe\xff")
# A hundred hours are enough, and ninety-nine of anything else.
TIME = r"(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}(?:[ \t]+(.*))?")
PLACED = re.compile(r"(?:vertical|line|position|size|align):[\w%.,-]+")
SRT = re.compile(r"\d+:\d\d:\d\d,\d{3}\s+-->")
# As the W3C has it, a mark that nothing closes goes on to the end; so each sign is read once.
TAG = re.compile(r"<[^>]*>?")
# No character has so large a number, and Python does not read one of thousands of digits.
NO_CHARACTER = re.compile(r"&#\d{8,};?")
ARROW = "-->"
SKIPPED = ("NOTE", "STYLE", "REGION")
EXAMPLE = "00:01:02.500 --> 00:01:05.000"


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Words from one moment to another, in ms; ``placed`` says where on the picture."""

    begin: int
    end: int
    text: str
    placed: str = ""

    @property
    def words(self) -> str:
        """Without what marks speakers and colours."""
        bare = NO_CHARACTER.sub("\ufffd", TAG.sub("", self.text))
        return html.unescape(bare).replace("\n", " ").strip()


def decoded(content: bytes) -> str:
    """The text, whether it is UTF-8, UTF-16 with its mark, or GBK and what GB18030 adds to it.

    Raises:
        UnfitFile: it is no text.
    """
    encodings = ("utf-16",) if content.startswith(WIDE) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnfitFile("文件内容不是文字，请上传 WebVTT 字幕（.vtt）。", because="wrong_type")


def read_cues(text: str) -> Sequence[Cue]:
    """The cues, in the order of their beginnings.

    Raises:
        UnfitFile: naming the line that is wrong, counted from 1, and why.
    """
    lines = text.split("\n")
    _judge_beginning(lines)
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if block[0].split(" ")[0].split("\t")[0] in SKIPPED:
            continue
        cue = _cue(number, block)
        if cues and cue.begin < cues[-1].begin:
            raise _wrong(number, "这一条的开始时间早于上一条，请按时间先后排列")
        cues.append(cue)
        if len(cues) > MOST_CUES:
            raise UnfitFile(f"字幕超过 {MOST_CUES} 条，请检查。", because="too_many")
    if not cues:
        raise UnfitFile("字幕文件里没有任何一条字幕，请检查。", because="empty")
    return cues


def written(cues: Sequence[Cue]) -> str:
    """A WebVTT file of these."""
    return "WEBVTT\n" + "".join(
        f"\n{_time(one.begin)} --> {_time(one.end)}{one.placed and ' '}{one.placed}\n{one.text}\n"
        for one in cues
    )


def _judge_beginning(lines: Sequence[str]) -> None:
    first = lines[0]
    if first != "WEBVTT" and not first.startswith(("WEBVTT ", "WEBVTT\t")):
        if any(SRT.match(line) for line in lines[:10]):
            detail = "这是 SRT 字幕，请先用字幕软件另存为 WebVTT（.vtt）再上传。"
            raise UnfitFile(detail, because="srt")
        raise _wrong(1, "应为 WEBVTT")
    if len(lines) > 1 and lines[1].strip() and ARROW in lines[1]:
        raise _wrong(2, "WEBVTT 之后应空一行")


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines that stand together after the head, with the number of the first."""
    begun, block = 0, list[str]()
    head = True
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            begun = begun if block else number
            block.append(line)
            continue
        if block and not head:
            yield begun, block
        head, block = False, []


def _cue(number: int, block: Sequence[str]) -> Cue:
    at = 0 if ARROW in block[0] else 1
    if len(block) <= at or ARROW not in block[at]:
        raise _wrong(number, f"这里应是一条字幕的时间，写法如 {EXAMPLE}")
    found = TIMING.fullmatch(block[at].strip())
    if found is None:
        raise _wrong(number + at, f"时间写法不对，应如 {EXAMPLE}")
    begin, end = _milliseconds(*found.groups()[:4]), _milliseconds(*found.groups()[4:8])
    if end <= begin:
        raise _wrong(number + at, "结束时间没有晚于开始时间")
    words = block[at + 1 :]
    for below, line in enumerate(words, number + at + 1):
        if ARROW in line:
            raise _wrong(below, "两条字幕之间应空一行")
    if not words:
        raise _wrong(number + at, "时间之后没有字幕文字")
    placed = " ".join(PLACED.findall(found[9] or ""))
    return Cue(begin=begin, end=end, text="\n".join(words), placed=placed)


def _milliseconds(hours: str | None, minutes: str, seconds: str, parts: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(parts)


def _time(milliseconds: int) -> str:
    seconds, parts = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{parts:03}"


def _wrong(number: int, why: str) -> UnfitFile:
    return UnfitFile(f"字幕第 {number} 行有误：{why}。", because="broken")
