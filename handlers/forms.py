"""What was typed into a plain HTML form."""

from urllib.parse import parse_qs

from handlers import problems

FORM = "application/x-www-form-urlencoded"
# A butler of fifty places has each of them ticked, and every skill.
MOST_FIELDS = 120


def parsed_form(body: bytes | bytearray) -> dict[str, object]:
    """The fields of a form by name; one given twice is a list.

    Raises:
        HttpProblem: 400 for what is no UTF-8, or has too many fields.
    """
    try:
        text = body.decode("utf-8")
        pairs = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise problems.malformed("提交的表单无法读取。") from None
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in pairs.items()}
