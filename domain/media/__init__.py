"""Recordings, slides, subtitles and pictures: taken in parts, worked on, given out in ranges."""
