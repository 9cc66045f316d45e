"""What recordings are, what is made of them, which are refused and why; all really generated."""

import hashlib
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from adapters.media import kinds
from adapters.media.changes import find_changes
from adapters.media.encoding import (
    BESIDES,
    MOST_SECONDS,
    MOST_SOUND,
    Source,
    fitted,
    make_audio,
    make_hls,
    make_poster,
    make_video,
    playable,
    rungs,
)
from adapters.media.ffmpeg import Input, said_of
from adapters.media.probing import Picture, Probed, probe
from domain.files import UnfitFile
from tests.adapters.media.conftest import EACH, SLIDES
from tests.recordings import ffmpeg, make_pdf, make_recording

X264 = ("-c:v", "libx264", "-preset", "ultrafast")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus")
FRONT = ("-c", "copy", "-movflags", "+faststart")
chance = random.Random(11)  # noqa: S311 - which bytes, guards nothing


async def nobody(_: int) -> None:
    """Whom progress does not interest."""


def reading_of(file: Path) -> str:
    return kinds.recording(file.read_bytes()[: kinds.HEAD])


async def source_of(file: Path) -> Source:
    reading = reading_of(file)
    return Source(path=file, probed=await probe(file, reading, tell=nobody))


async def streams(file: Path, reading: str = "mov") -> str:
    return (await said_of(Input(path=file, format=reading).words, seconds=10)).said


def names(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def boxes(file: Path) -> list[bytes]:
    """The names of the boxes of an MP4, in order."""
    content, at, found = file.read_bytes(), 0, []
    while at < len(content):
        found.append(content[at + 4 : at + 8])
        at += int.from_bytes(content[at : at + 4])
    return found


async def test_a_plain_recording_is_only_put_into_a_file_with_its_index_in_front(
    made: Path, tmp_path: Path
) -> None:
    source = await source_of(made / "plain.mp4")
    assert (source.probed.duration_ms, source.probed.sound) == (6000, "aac")
    assert playable(source.probed)
    assert boxes(made / "plain.mp4").index(b"moov") > boxes(made / "plain.mp4").index(b"mdat")
    assert await make_video(source, tmp_path / "video.mp4", tell=nobody) == (320, 180)
    order = boxes(tmp_path / "video.mp4")
    assert order.index(b"moov") < order.index(b"mdat")
    assert "Constrained Baseline" in await streams(tmp_path / "video.mp4")


@pytest.mark.parametrize(
    ("name", "words", "size", "made_size"),
    [
        # Another codec, in another container.
        ("a.webm", VP8, (320, 180), (320, 180)),
        # More than phones need.
        ("a.mp4", (*X264, "-c:a", "aac"), (1920, 1080), (1280, 720)),
        # Another kind of sound.
        ("a.mkv", (*X264, "-c:a", "libmp3lame"), (320, 180), (320, 180)),
        ("a.mpg", ("-c:v", "mpeg2video", "-c:a", "mp2"), (320, 180), (320, 180)),
        ("a.ts", ("-c:v", "mpeg2video", "-c:a", "mp2"), (320, 180), (320, 180)),
        ("a.avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame"), (320, 180), (320, 180)),
        ("a.flv", ("-c:v", "flv", "-c:a", "libmp3lame"), (320, 180), (320, 180)),
        ("a.wmv", ("-c:v", "wmv2", "-c:a", "wmav2"), (320, 180), (320, 180)),
    ],
)  # fmt: skip
async def test_what_phones_do_not_play_becomes_h264_with_aac(
    tmp_path: Path,
    name: str,
    words: tuple[str, ...],
    size: tuple[int, int],
    made_size: tuple[int, int],
) -> None:
    file = make_recording(tmp_path / name, seconds=2, size=size, words=words)
    source = await source_of(file)
    assert not playable(source.probed)
    assert await make_video(source, tmp_path / "video.mp4", tell=nobody) == made_size
    said = await streams(tmp_path / "video.mp4")
    assert "Video: h264 (Main)" in said
    assert "Audio: aac (LC)" in said
    assert f"{made_size[0]}x{made_size[1]}" in said


async def test_segments_come_in_the_sizes_that_make_sense_and_each_begins_anew(
    tmp_path: Path,
) -> None:
    file = make_recording(tmp_path / "a.mp4", seconds=13, size=(854, 480))
    (tmp_path / "hls").mkdir()
    sizes = await make_hls(await source_of(file), tmp_path / "hls", tell=nobody)
    # Never larger than it came.
    assert [(one.size.name, one.width, one.height) for one in sizes] == [
        ("720p", 854, 480),
        ("360p", 640, 360),
    ]
    master = (tmp_path / "hls" / "index.m3u8").read_text()
    assert master.index("720p.m3u8") < master.index("360p.m3u8")
    assert "RESOLUTION=640x360" in master
    for name in ("720p", "360p"):
        playlist = (tmp_path / "hls" / f"{name}.m3u8").read_text()
        assert playlist.endswith("#EXT-X-ENDLIST\n")
        assert "#EXT-X-INDEPENDENT-SEGMENTS" in playlist
        segments = [line for line in playlist.splitlines() if not line.startswith("#")]
        assert segments == [f"{name}-0000{number}.ts" for number in (1, 2, 3)]
        lengths = [line[8:-1] for line in playlist.splitlines() if line.startswith("#EXTINF:")]
        assert [round(float(one)) for one in lengths] == [6, 6, 1]
        # The second one alone shows a picture at once.
        alone = Input(path=tmp_path / "hls" / segments[1], format="mpegts")
        words = [*alone.words, "-map", "0:V:0", "-frames:v", "1", "-f", "null", "-"]
        assert "frame=    1" in (await said_of(["-stats", *words], seconds=10)).said


async def test_a_player_finds_all_of_it_in_the_segments(made: Path, tmp_path: Path) -> None:
    """One that knows no more than the playlist."""
    await make_hls(await source_of(made / "slides.mp4"), tmp_path, tell=nobody)
    played = Input(path=tmp_path / "index.m3u8", format="hls")
    words = ["-stats", *played.words, "-map", "0:V:0", "-map", "0:a:0", "-f", "null", "-"]
    said = (await said_of(words, seconds=60)).said
    assert f"Duration: 00:00:{SLIDES * EACH}" in said
    frames = int(re.findall(r"frame=\s*(\d+)", said)[-1])
    assert abs(frames - SLIDES * EACH * 25) <= 2


async def test_a_slide_that_stands_for_minutes_as_a_single_picture_is_there_to_the_end(
    made: Path, tmp_path: Path
) -> None:
    """As programs record a screen on which nothing moves."""
    slides = sorted((made / "slides").glob("*.png"))[:3]
    lines = [
        f"file '{one}'\nduration {lasts}" for one, lasts in zip(slides, (5, 5, 30), strict=True)
    ]
    (tmp_path / "listed").write_text("\n".join(lines))
    pictures = ("-f", "concat", "-safe", "0", "-i", str(tmp_path / "listed"))
    tone = ("-f", "lavfi", "-i", "sine=frequency=440", "-t", "40")
    still = (*X264, "-fps_mode", "vfr", "-pix_fmt", "yuv420p", "-c:a", "aac")
    ffmpeg(*pictures, *tone, *still, str(tmp_path / "a.mp4"))
    source = await source_of(tmp_path / "a.mp4")
    assert source.probed.duration_ms == 40_000
    assert list(await find_changes(source, tell=nobody)) == [5000, 10_000]
    (tmp_path / "hls").mkdir()
    await make_hls(source, tmp_path / "hls", tell=nobody)
    playlist = (tmp_path / "hls" / "360p.m3u8").read_text()
    lengths = [line[8:-1] for line in playlist.splitlines() if line.startswith("#EXTINF:")]
    assert abs(sum(map(float, lengths)) - 40) < 0.2


async def test_a_small_recording_has_one_size(made: Path, tmp_path: Path) -> None:
    sizes = await make_hls(await source_of(made / "plain.mp4"), tmp_path, tell=nobody)
    assert [one.size.name for one in sizes] == ["360p"]
    assert {one.name for one in names(tmp_path)} == {"index.m3u8", "360p.m3u8", "360p-00001.ts"}


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1920, 1080, [(1280, 720), (640, 360)]),
        (1080, 1920, [(720, 1280), (360, 640)]),
        (1280, 960, [(960, 720), (480, 360)]),
        (3440, 1440, [(1280, 536), (640, 268)]),
        (641, 361, [(640, 360), (640, 360)]),
        (640, 360, [(640, 360)]),
        (100, 80, [(100, 80)]),
    ],
)
def test_sizes_fit_upright_and_wide_pictures(
    width: int, height: int, expected: list[tuple[int, int]]
) -> None:
    picture = Picture(codec="vp8", profile="", width=width, height=height, fps=25, plain=False)
    assert [(one.width, one.height) for one in rungs(picture)] == expected
    assert fitted(picture, 720) == expected[0]


@pytest.mark.parametrize("sound", ["sine=frequency=440", "anoisesrc=amplitude=0.9"])
async def test_the_sound_alone_takes_at_most_32_kbit_a_second_with_all_of_its_file(
    tmp_path: Path, sound: str
) -> None:
    file = tmp_path / "a.wav"
    ffmpeg("-f", "lavfi", "-i", sound, "-ac", "2", "-t", "20", str(file))
    source = await source_of(file)
    assert source.probed.picture is None
    await make_audio(source, tmp_path / "audio.m4a", tell=nobody)
    size = (tmp_path / "audio.m4a").stat().st_size
    assert size * 8 / 20 <= MOST_SOUND
    assert boxes(tmp_path / "audio.m4a").index(b"moov") < 2
    heard = await source_of(tmp_path / "audio.m4a")
    assert abs(heard.probed.duration_ms - 20_000) < 100


async def test_a_poster_is_a_picture_of_it(made: Path, tmp_path: Path) -> None:
    source = await source_of(made / "plain.mp4")
    assert await make_poster(source, tmp_path / "poster.jpg") == (320, 180)
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert (poster.format, poster.size) == ("JPEG", (320, 180))


def turned(slides: int) -> list[int]:
    return [number * EACH * 1000 for number in range(1, slides)]


def near(found: list[int], wanted: list[int]) -> int:
    """How many are found within a second."""
    return sum(any(abs(one - moment) <= 1000 for one in found) for moment in wanted)


async def test_the_turns_of_slides_are_found_and_nothing_else(made: Path) -> None:
    found = list(await find_changes(await source_of(made / "slides.mp4"), tell=nobody))
    assert near(found, turned(SLIDES)) == SLIDES - 1
    assert len(found) == SLIDES - 1


@pytest.mark.parametrize(
    "over",
    [
        # A speaker, always moving, in a corner.
        "testsrc2=size=160x120:rate=25[s];[0:v][s]overlay=W-w-5:H-h-5:shortest=1",
        # A camera's grain.
        "color=black:size=16x16[s];[0:v]noise=alls=30:allf=t[n];[n][s]overlay=0:0:shortest=1",
    ],
)
async def test_what_moves_in_a_corner_or_as_grain_turns_no_slide(
    made: Path, tmp_path: Path, over: str
) -> None:
    words = ("-filter_complex", over, *X264, "-an", "-t", "16")
    ffmpeg("-i", str(made / "slides.mp4"), *words, str(tmp_path / "a.mp4"))
    found = list(await find_changes(await source_of(tmp_path / "a.mp4"), tell=nobody))
    assert near(found, turned(6)) == len(found) == 5


async def test_the_same_file_gives_the_same_bytes_each_time(made: Path, tmp_path: Path) -> None:
    """So a worker that takes over what another had begun changes nothing that was given out."""
    source = await source_of(made / "plain.mp4")
    hashes = []
    for turn in ("one", "two"):
        folder = tmp_path / turn
        folder.mkdir()
        await make_video(source, folder / "video.mp4", tell=nobody)
        await make_hls(source, folder, tell=nobody)
        await make_audio(source, folder / "audio.m4a", tell=nobody)
        await make_poster(source, folder / "poster.jpg")
        hashes.append(
            {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir()}
        )
    assert len(hashes[0]) == 6
    assert hashes[0] == hashes[1]


async def test_a_recording_without_sound_and_one_without_a_picture(tmp_path: Path) -> None:
    silent = await source_of(make_recording(tmp_path / "a.webm", seconds=2, sound=False, words=VP8))
    assert (silent.probed.sound, silent.probed.duration_ms) == ("", 2000)
    (tmp_path / "hls").mkdir()
    await make_hls(silent, tmp_path / "hls", tell=nobody)
    assert "mp4a" not in (tmp_path / "hls" / "index.m3u8").read_text()
    for name in ("b.mp3", "b.wav", "b.ogg", "b.flac", "b.aac", "b.m4a"):
        heard = await source_of(make_recording(tmp_path / name, seconds=2, picture=False, words=()))
        assert heard.probed.picture is None, name
        assert abs(heard.probed.duration_ms - 2000) < 100, name


async def test_a_picture_on_a_sleeve_is_no_moving_picture(made: Path, tmp_path: Path) -> None:
    sleeve = str(next((made / "slides").glob("*.png")))
    words = ("-map", "0", "-map", "1", "-disposition:v", "attached_pic", "-t", "2")
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
    ffmpeg(*tone, "-i", sleeve, *words, str(tmp_path / "a.mp3"))
    assert (await source_of(tmp_path / "a.mp3")).probed.picture is None


async def test_a_turned_picture_is_made_upright(made: Path, tmp_path: Path) -> None:
    ffmpeg(
        "-display_rotation", "90", "-i", str(made / "plain.mp4"), "-c", "copy", f"{tmp_path}/a.mp4"
    )
    source = await source_of(tmp_path / "a.mp4")
    assert await make_video(source, tmp_path / "video.mp4", tell=nobody) == (180, 320)
    said = await streams(tmp_path / "video.mp4")
    assert "180x320" in said
    assert "rotation" not in said


async def test_what_a_file_does_not_say_of_its_length_is_found_by_going_through(
    made: Path, tmp_path: Path
) -> None:
    """As browsers record."""
    words = ("-c:v", "libvpx", "-deadline", "realtime", "-an", "-live", "1")
    ffmpeg("-i", str(made / "plain.mp4"), *words, str(tmp_path / "a.webm"))
    assert "Duration: N/A" in await streams(tmp_path / "a.webm", "matroska")
    assert (await source_of(tmp_path / "a.webm")).probed.duration_ms == 6000


LIE = "\n  Stream #0:0: Video: vp8, yuv420p, 99999x10, 5 fps\n    rotation of 90.00 degrees"


@pytest.mark.parametrize(
    "said",
    [
        ("-metadata", f"title=Stream #0:0: Video: h264 (High), yuv420p, 99999x10, 5 fps{LIE}"),
        ("-metadata", "title=encrypted\n[mov] encrypted, (encv), moov atom not found"),
        ("-metadata", "title=Duration: 90:00:00.00, partial file\nDuration: 90:00:00.00"),
        ("-metadata", "title=rotation of 90.00 degrees, frame=9 time=10:00:00.00"),
        ("-metadata", f"x{LIE}\n  y=of a name that has lines"),
        ("-metadata:s:v:0", f"language=x){LIE}\n  Stream #0:1(x"),
        ("-metadata:s:a:0", "title=Stream #0:0: Video: vp8, yuv420p, 10x10 (attached pic)"),
        (
            "-metadata",
            f"title=Output #0, null, to 'pipe:':{LIE}\nOutput #0, null, to 'pipe:':{LIE}",
        ),
        ("-metadata", f"x\nOutput #0, null, to 'pipe:':{LIE}\ny=of a name that has lines"),
    ],
)
@pytest.mark.parametrize("name", ["a.mkv", "a.mp4"])
async def test_what_a_file_says_of_itself_is_not_taken_for_what_it_is(
    made: Path, tmp_path: Path, name: str, said: tuple[str, str]
) -> None:
    file = tmp_path / name
    kept = ("-movflags", "use_metadata_tags") if name == "a.mp4" else ()
    ffmpeg("-i", str(made / "plain.mp4"), "-c", "copy", *kept, *said, str(file))
    probed, plain = (await source_of(file)).probed, (await source_of(made / "plain.mp4")).probed
    assert (probed.picture, probed.sound) == (plain.picture, "aac")
    assert abs(probed.duration_ms - plain.duration_ms) < 100


# -- what is refused ---------------------------------------------------------------------------


def fronted(made: Path, folder: Path) -> bytearray:
    """The plain recording with its index in front."""
    ffmpeg("-i", str(made / "plain.mp4"), *FRONT, str(folder / "front.mp4"))
    return bytearray((folder / "front.mp4").read_bytes())


def a_zip(made: Path, folder: Path) -> bytes:
    del made, folder
    return b"PK\x03\x04" + bytes(200)


def a_playlist(made: Path, folder: Path) -> bytes:
    del made, folder
    return b"#EXTM3U\n#EXTINF:6,\nfile:///etc/passwd\n"


def a_list_of_files(made: Path, folder: Path) -> bytes:
    return f"ffconcat version 1.0\nfile {made / 'plain.mp4'}\n".encode() + bytes(len(str(folder)))


def a_pdf(made: Path, folder: Path) -> bytes:
    del made
    return make_pdf(folder / "p.pdf").read_bytes()


def noise(made: Path, folder: Path) -> bytes:
    del made, folder
    return b"\0" + chance.randbytes(5000)


def without_index(made: Path, folder: Path) -> bytes:
    del folder
    return (made / "plain.mp4").read_bytes()[:100_000]


def index_emptied(made: Path, folder: Path) -> bytes:
    content = fronted(made, folder)
    at = content.find(b"moov")
    content[at + 30 : at + 600] = bytes(570)
    return bytes(content)


def index_astray(made: Path, folder: Path) -> bytes:
    """Where the pieces are said to be, there is nothing."""
    content = fronted(made, folder)
    at = content.find(b"stco")
    while at >= 0:
        count = int.from_bytes(content[at + 8 : at + 12])
        content[at + 12 : at + 12 + 4 * count] = b"\x7f\xff\xff\xf0" * count
        at = content.find(b"stco", at + 4)
    return bytes(content)


def contents_lost(made: Path, folder: Path) -> bytes:
    """The index is right, what it points at is not."""
    content = fronted(made, folder)
    at = content.find(b"mdat") + 4
    content[at:] = chance.randbytes(len(content) - at)
    return bytes(content)


def cut_short(made: Path, folder: Path) -> bytes:
    return bytes(fronted(made, folder)[:100_000])


def subtitles_only(made: Path, folder: Path) -> bytes:
    del made
    (folder / "a.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nwords\n")
    ffmpeg("-i", str(folder / "a.srt"), str(folder / "a.mkv"))
    return (folder / "a.mkv").read_bytes()


@pytest.mark.parametrize(
    ("make", "because", "said"),
    [
        (a_zip, "wrong_type", "而是压缩包或 Office 文档"),
        (a_playlist, "wrong_type", "而是播放列表"),
        (a_list_of_files, "wrong_type", "而是播放列表"),
        (a_pdf, "wrong_type", "不是音视频文件，而是 PDF 文档"),
        (noise, "wrong_type", "文件内容不是音视频文件"),
        (without_index, "no_index", "没有索引（moov）"),
        (index_emptied, "broken", "索引已损坏"),
        (index_astray, "broken", "索引已损坏"),
        (contents_lost, "broken", "索引已损坏"),
        (cut_short, "not_whole", "文件不完整：标明长 6 秒，实际只有 3 秒"),
        (subtitles_only, "nothing", "既没有画面也没有声音"),
    ],
)
async def test_a_file_that_is_no_recording_is_refused_and_the_matter_named(
    made: Path, tmp_path: Path, make: Callable[[Path, Path], bytes], because: str, said: str
) -> None:
    file = tmp_path / "lecture.mp4"
    file.write_bytes(make(made, tmp_path))
    with pytest.raises(UnfitFile) as refused:
        await source_of(file)
    assert (refused.value.because, said in refused.value.detail) == (because, True), refused.value


@pytest.mark.parametrize(
    ("drawn", "because", "said"),
    [
        ("4096x2306:rate=2", "too_large", "4096×2306 像素，最多 4096×2304（4K），请导出为 1080p"),
        ("7680x4320:rate=2,setsar=1/16", "too_large", "7680×4320"),
        ("64x36:rate=240", "too_many_frames", "每秒超过 120 帧"),
    ],
)
async def test_a_small_file_that_would_take_long_is_refused_with_what_to_do(
    tmp_path: Path, drawn: str, because: str, said: str
) -> None:
    """Also one that is written large to be shown small."""
    file = tmp_path / "a.mp4"
    ffmpeg("-f", "lavfi", "-i", f"color=size={drawn}", "-t", "3", *X264, str(file))
    with pytest.raises(UnfitFile) as refused:
        await source_of(file)
    assert (refused.value.because, said in refused.value.detail) == (because, True), refused.value


@pytest.mark.parametrize("drawn", ["2304x4096:rate=2", "64x36:rate=120"])
async def test_what_cameras_and_screens_give_at_most_is_taken(tmp_path: Path, drawn: str) -> None:
    file = tmp_path / "a.mp4"
    ffmpeg("-f", "lavfi", "-i", f"color=size={drawn}", "-t", "3", *X264, str(file))
    assert (await source_of(file)).probed.picture


@pytest.mark.parametrize(("came", "made"), [("1/4", 5.0), ("2", 2.0), ("25", 25.0)])
async def test_few_pictures_are_not_made_many(tmp_path: Path, came: str, made: float) -> None:
    """Twelve hours of one picture a minute would else be a million."""
    file = tmp_path / "a.mp4"
    ffmpeg("-f", "lavfi", "-i", f"color=size=64x36:rate={came}", "-t", "16", *X264, str(file))
    picture = (await source_of(file)).probed.picture
    assert picture
    assert picture.fps == made


@pytest.mark.parametrize(
    ("hours", "seconds"), [(0, BESIDES), (1, BESIDES + 4 * 3600), (12, MOST_SECONDS)]
)
def test_a_step_may_take_some_times_the_length_and_never_days(hours: int, seconds: int) -> None:
    probed = Probed(format="mov", duration_ms=hours * 3_600_000, picture=None, sound="aac")
    assert Source(path=Path("a.mp4"), probed=probed).seconds == seconds
