"""What a district prints, for tests of the forms."""

from datetime import timedelta

from domain.credit_reports.forms.wording import Text, Wording

TEXT = Text(notes=("说明一。", "说明二。"), advice=("建议。",), validity=timedelta(days=30))
WORDING = Wording(
    issuer="广州市越秀区公共信用信息中心（样例）",
    district="440104",
    purposes={"electricity": "办理用电"},
    texts={"organisation-full": TEXT, "person-full": TEXT, "no-violation": TEXT},
    fields={"market": "市场监督管理", "fire": "消防救援", "tax": "税务"},
    longest_years=5,
    sample=True,
)
