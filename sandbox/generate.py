"""``python -m sandbox.generate --seed 7 --count 100``: personas by the hundred, as JSON lines.

Each line is what ``POST /sandbox/personas`` takes. The same seed gives the same lines; a shorter
run is the beginning of a longer one. Every kind of organisation and of document comes up, and
records of every section; dates count from the day on which the sandbox reads them::

    python -m sandbox.generate --seed 7 --count 100 | while read -r persona
    do curl -s localhost:8081/sandbox/personas -d "$persona"; done
"""

import argparse
import json
import sys
from collections.abc import Iterator
from random import Random

from sandbox.generated_records import ORGANISATION, PERSON, Record
from sandbox.identifiers import organisation_check_digit, resident_check_digit, uscc_check_digit
from sandbox.personas import MAX_PERSONAS, Kind

Json = dict[str, object]

# Region 440103, so that nobody meets the hand-written cast of 440104.
_REGION = "440103"
_HEADS: dict[Kind, str] = {
    "enterprise": "91",
    "individual_business": "92",
    "government": "11",
    "public_institution": "12",
    "social_organisation": "51",
}
_NAMES: dict[Kind, str] = {
    "enterprise": "广州{word}样例{trade}有限公司",
    "individual_business": "广州市荔湾区{word}样例{trade}店",
    "government": "广州市荔湾区样例{word}街道办事处",
    "public_institution": "广州市荔湾区样例{word}中学",
    "social_organisation": "广州市荔湾区样例{word}{trade}行业协会",
}
_KINDS: tuple[Kind | None, ...] = (*_HEADS, None, "enterprise", None)
"""Who comes in turn; None owns nothing."""
_DOCUMENTS = (_REGION, _REGION, _REGION, "810000", "820000", "830000", "944344", "911276")
"""The first digits of ID numbers in turn: residents, residence permits, permanent residents."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = "文思远清佳怡子涵志强雅静国栋慧敏浩宇"
_WORDS = ("荔枝", "西关", "珠水", "白鹅", "泮塘", "芳华", "沙面", "龙津")
_TRADES = ("食品", "服装", "信息", "餐饮", "物流", "家具")


def generate(*, seed: int, count: int) -> Iterator[Json]:
    """The personas, each drawn from the seed and its own place."""
    for place in range(count):
        yield _persona(Random(f"{seed}-{place}"), seed, place)  # noqa: S311 - has to repeat


def _persona(random: Random, seed: int, place: int) -> Json:
    kind = _KINDS[place % len(_KINDS)]
    name = random.choice(_SURNAMES) + "".join(random.sample(_GIVEN, 2))
    persona: Json = {
        "id": f"generated-{seed}-{place}",
        "label": f"生成的样例 {seed}-{place}",
        "openid": f"oGen-{seed}-{place}-".ljust(28, "0"),
        "name": name,
        "id_number": _id_number(random, seed, place),
        "phone": f"1390013{random.randrange(10_000):04d}",
        "sections": _drawn(random, PERSON, place),
    }
    if kind:
        persona["enterprise"] = {
            "uscc": _uscc(_HEADS[kind], seed, place),
            "name": _NAMES[kind].format(word=random.choice(_WORDS), trade=random.choice(_TRADES)),
            "kind": kind,
            "status": random.choices(("存续", "注销", "吊销"), (28, 1, 1))[0],
            "sections": _drawn(random, ORGANISATION, place),
        }
    return persona


def _drawn(random: Random, templates: dict[str, tuple[Record, ...]], place: int) -> Json:
    """Some records of some sections; of every tenth persona, of all of them."""
    sections: Json = {}
    for section, records in templates.items():
        number = random.choice((0, 0, 1, 2)) or int(place % 10 == 0)
        if number:
            sections[section] = [_dated(random, random.choice(records)) for _ in range(number)]
    return sections


def _dated(random: Random, record: Record) -> Record:
    """The record with its day, its end and its number drawn."""
    day, number = random.randrange(1, 1500), random.randrange(1, 1000)
    drawn = {
        "{day}": f"@date-{day}",
        "{year}": f"@year-{day}",
        "{end}": f"@date{365 - day:+d}",
        "{number}": str(number),
    }
    written = dict(record)
    for mark, text in drawn.items():
        written = {key: value.replace(mark, text) for key, value in written.items()}
    return written


def _id_number(random: Random, seed: int, place: int) -> str:
    """Unlike any other of the run: the place stands in year and sequence."""
    head = _DOCUMENTS[place % len(_DOCUMENTS)]
    year, month, day = 1950 + (place // 1000 + 5 * place) % 50, 1 + seed % 12, random.randrange(28)
    first = f"{head}{year}{month:02d}{day + 1:02d}{place % 1000:03d}"
    return first + resident_check_digit(first)


def _uscc(head: str, seed: int, place: int) -> str:
    body = f"G{seed % 1000:03d}{place:04d}"
    first = head + _REGION + body + organisation_check_digit(body)
    return first + uscc_check_digit(first)


def main() -> int:
    """Print them."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.generate", description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    options = parser.parse_args()
    if not 0 <= options.count <= MAX_PERSONAS:
        parser.error(f"--count is 0 to {MAX_PERSONAS}")
    for persona in generate(seed=options.seed, count=options.count):
        sys.stdout.write(json.dumps(persona, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
