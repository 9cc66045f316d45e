"""Which rule of evaluation and exit a butler's figures meet, if any.

Fewer than the least number of counted resolutions are never judged or ranked, and fewer ratings
than that say nothing about a mean. What a judgement was already made of is not judged again: a
rule counts only with something newer than that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain.judging.facts import Figures
from domain.judging.terms import ORDER, Level, Rule, Terms


class Measure(Enum):
    """By what a butler is judged."""

    IN_TIME = "in_time"
    MEAN = "mean"
    UPHELD = "upheld"


MEASURES: Mapping[Measure, str] = {
    Measure.IN_TIME: "24 小时承诺兑现率",
    Measure.MEAN: "平均评价",
    Measure.UPHELD: "成立的投诉",
}


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One measure that is met, as a sentence with both figures."""

    measure: Measure
    text: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The gravest level that is met, and by what."""

    level: Level
    broken: tuple[Broken, ...]


def ranks(figures: Figures, terms: Terms) -> bool:
    """Whether there is enough to be judged or compared by."""
    return figures.counted >= terms.least


def found(figures: Figures, *, terms: Terms, judged_to: datetime | None) -> Finding | None:
    """The gravest level met by something that happened since ``judged_to``; None of none."""
    if not ranks(figures, terms):
        return None
    for level in reversed(ORDER):
        broken = tuple(_broken(figures, terms.rules[level], terms.least, judged_to))
        if broken:
            return Finding(level=level, broken=broken)
    return None


def ranking(of: Mapping[str, Figures], terms: Terms) -> Mapping[str, int]:
    """The place of each butler with enough to compare: by share in time, then mean; equals share.

    Whoever has too little has no place.
    """
    marks = {
        staff_id: (figures.share, figures.mean)
        for staff_id, figures in of.items()
        if ranks(figures, terms)
    }
    order = sorted(marks.values(), reverse=True)
    return {staff_id: order.index(mark) + 1 for staff_id, mark in marks.items()}


def figures_in_words(figures: Figures) -> Sequence[str]:
    """Each figure as a sentence, for who cannot see a chart."""
    rated = f"，平均 {hundredths(figures.mean)} 星" if figures.ratings else ""
    share = f"，兑现率 {tenths(figures.share)}%" if figures.counted else ""
    return (
        f"办结 {figures.counted} 件，其中 24 小时内 {figures.in_time} 件{share}",
        f"收到评价 {figures.ratings} 个{rated}",
        f"成立的投诉 {figures.upheld} 件",
    )


def tenths(number: int) -> str:
    """985 is 98.5."""
    return f"{number // 10}.{number % 10}"


def hundredths(number: int) -> str:
    """425 is 4.25."""
    return f"{number // 100}.{number % 100:02d}"


def _broken(
    figures: Figures, rule: Rule, least: int, judged_to: datetime | None
) -> Iterator[Broken]:
    late = figures.in_time * 100 < rule.in_time_below * figures.counted
    if late and _newer(figures.late_at, judged_to):
        share = f"{tenths(figures.share)}%，低于 {rule.in_time_below}%"
        yield Broken(measure=Measure.IN_TIME, text=f"24 小时承诺兑现率 {share}。")
    low = figures.stars * 100 < rule.mean_below * figures.ratings
    low_at = max(_lowering(figures, rule), default=None)
    if figures.ratings >= least and low and _newer(low_at, judged_to):
        mean = f"{hundredths(figures.mean)} 星，低于 {hundredths(rule.mean_below)} 星"
        yield Broken(measure=Measure.MEAN, text=f"平均评价 {mean}。")
    if figures.upheld >= rule.upheld_from and _newer(figures.upheld_at, judged_to):
        count = f"{figures.upheld} 件，达到 {rule.upheld_from} 件"
        yield Broken(measure=Measure.UPHELD, text=f"成立的投诉 {count}。")


def _lowering(figures: Figures, rule: Rule) -> Iterator[datetime]:
    """When ratings came that are below what the mean is to be."""
    return (at for stars, at in figures.rated_at.items() if stars * 100 < rule.mean_below)


def _newer(at: datetime | None, judged_to: datetime | None) -> bool:
    return at is not None and (judged_to is None or at >= judged_to)
