"""What a file is, told by how it begins: its name says nothing.

Of recordings only containers that hold their own pictures and sound are known: a playlist, which
would have ffmpeg open other files or addresses, is none of them.
"""

from collections.abc import Sequence

from domain.files import UnfitFile

# What is read to tell.
HEAD = 4096
TS_PACKET = 188
# Boxes that an MP4 or QuickTime file may begin with.
BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
# How files begin, by the names under which ffmpeg reads them.
BEGINNINGS: Sequence[tuple[bytes, str]] = (
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ID3", "mp3"),
)
MEDIA_TYPES = {
    "mov": "video/mp4",
    "matroska": "video/x-matroska",
    "flv": "video/x-flv",
    "asf": "video/x-ms-asf",
    "mpeg": "video/mpeg",
    "ogg": "application/ogg",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "avi": "video/x-msvideo",
    "wav": "audio/wav",
    "mpegts": "video/mp2t",
    "aac": "audio/aac",
}
# What people send instead, so that they are told what it is.
OTHERS: Sequence[tuple[bytes, str]] = (
    (b"PK\x03\x04", "压缩包或 Office 文档"),
    (b"PK\x05\x06", "空压缩包"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包"),
    (b"%PDF-", "PDF 文档"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"\xd0\xcf\x11\xe0", "Office 文档"),
    (b"#EXTM3U", "播放列表"),
    (b"ffconcat", "播放列表"),
    (b"MZ", "程序"),
    (b"<", "网页或 XML 文本"),
)
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def recording(head: bytes) -> str:
    """Under which name ffmpeg reads a recording.

    Raises:
        UnfitFile: it is none; the sentence says what it is instead, where that is known.
    """
    if head[4:8] in BOXES:
        return "mov"
    for beginning, name in BEGINNINGS:
        if head.startswith(beginning):
            return name
    if head.startswith(b"RIFF") and head[8:12] in (b"AVI ", b"WAVE"):
        return "avi" if head[8:12] == b"AVI " else "wav"
    if len(head) > 2 * TS_PACKET and {head[0], head[TS_PACKET], head[2 * TS_PACKET]} == {0x47}:
        return "mpegts"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] != 0xFF:  # noqa: PLR2004 - eleven bits that begin an audio frame
        # Of layer 0 is ADTS; an image begins with FF D8, which has no such bits.
        return "aac" if head[1] & 0x06 == 0 else "mp3"
    raise UnfitFile(_instead("音视频文件", head), because="wrong_type")


def slides(head: bytes) -> str:
    """``pdf``, ``pptx`` or ``ppt``, by which LibreOffice is told what to look for.

    Raises:
        UnfitFile: it is none of them.
    """
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(ZIP):
        return "pptx"
    if head.startswith(OLE):
        return "ppt"
    raise UnfitFile(_instead("PDF 或 PPT、PPTX 课件", head), because="wrong_type")


def _instead(wanted: str, head: bytes) -> str:
    what = next((word for start, word in OTHERS if head.startswith(start)), "")
    found = f"，而是{_spaced(what)}" if what else ""
    return f"文件内容不是{_spaced(wanted)}{found}（改后缀名没有用），请重新选择。"


def _spaced(words: str) -> str:
    """After a Chinese word: with a space where they begin with a Latin one."""
    return f" {words}" if words[0].isascii() else words
