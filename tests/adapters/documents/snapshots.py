"""Snapshots of credit reports as the domain makes them, from invented facts."""

import random
from collections.abc import Mapping, Sequence

Json = dict[str, object]

EMPTY = "— —"
AGENCIES = (
    ("广州市越秀区市场监督管理局", "11440104MB2C91234X"),
    ("广州市生态环境局越秀分局", "11440104MB2D05678Y"),
    ("国家税务总局广州市越秀区税务局", "114401040074991231"),
)
VIOLATIONS = (
    (
        "违反食品安全管理规定",
        (
            "当事人于{month}月{day}日在经营场所销售超过保质期的预包装食品，货值金额{fine}元，"
            "经责令改正后逾期未改正，现场检查笔录和进货票据可以证明。"
        ),
        "《中华人民共和国食品安全法》第一百二十四条第一款第（五）项",
    ),
    (
        "未按规定公示年度报告",
        (
            "当事人未按照规定的期限公示{year}年度报告，通过登记的住所无法取得联系，"
            "执法人员于{month}月{day}日现场核实情况属实。"
        ),
        "《企业信息公示暂行条例》第十七条",
    ),
    (
        "未按规定处置污染物",
        (
            "当事人于{month}月{day}日将清洗废水未经处理直接排入市政雨水管网，化学需氧量超过"
            "排放标准，监测报告编号为 YX{fine}-{day}。"
        ),
        "《中华人民共和国水污染防治法》第八十三条",
    ),
)


def record(number: int, fields: Mapping[str, str]) -> Json:
    return {
        "id": f"r-{number}",
        "fields": [{"label": label, "value": value or EMPTY} for label, value in fields.items()],
    }


def registration(name: str) -> Json:
    return record(
        1,
        {
            "企业名称": name,
            "统一社会信用代码": "91440104MA59ABCD3X",
            "法定代表人/负责人": "陈嘉禾",
            "企业类型": "有限责任公司（自然人投资或控股）",
            "成立日期": "2016-03-18",
            "经营期限至": "2099-12-31",
            "住所": "广州市越秀区北京路 374 号之二 1205 房（仅限办公）",
            "登记状态": "存续",
        },
    )


def licence(number: int) -> Json:
    return record(
        number,
        {
            "行政许可决定文书号": f"穗越市监许〔2024〕{100 + number}号",
            "行政许可决定文书名称": "准予行政许可决定书",
            "许可证书名称": "食品经营许可证",
            "许可类别": "普通",
            "许可编号": f"JY1440104{number:07d}",
            "许可决定日期": "2024-05-06",
            "有效期自": "2024-05-06",
            "有效期至": "2029-05-05",
            "许可内容": "预包装食品（含冷藏冷冻食品）销售；散装食品销售；热食类食品制售；"
            "自制饮品制售（不含酿酒、不含使用压力容器制作饮品）",
            "许可机关": AGENCIES[0][0],
            "许可机关统一社会信用代码": AGENCIES[0][1],
            "数据来源单位": AGENCIES[0][0],
            "数据来源单位统一社会信用代码": AGENCIES[0][1],
        },
    )


def penalty(number: int, chance: random.Random) -> Json:
    agency, agency_code = chance.choice(AGENCIES)
    kind, facts, basis = chance.choice(VIOLATIONS)
    year, month, day = chance.randint(2022, 2026), chance.randint(1, 12), chance.randint(1, 28)
    fine = chance.randint(100, 99_999)
    return record(
        number,
        {
            "行政处罚决定书文号": f"穗越市监处罚〔{year}〕{chance.randint(1, 9999)}号",
            "处罚类别": "罚款",
            "处罚决定日期": f"{year}-{month:02d}-{day:02d}",
            "处罚内容": f"责令改正违法行为，处罚款人民币 {fine} 元。",
            "罚款金额（万元）": f"{fine / 10_000:.6f}",
            "没收违法所得、没收非法财物的金额（万元）": "",
            "暂扣或吊销证照名称及编号": "",
            "违法行为类型": kind,
            "违法事实": facts.format(year=year - 1, month=month, day=day, fine=fine),
            "处罚依据": basis,
            "处罚机关": agency,
            "处罚机关统一社会信用代码": agency_code,
            "数据来源单位": agency,
            "数据来源单位统一社会信用代码": agency_code,
        },
    )


def honour(number: int) -> Json:
    return record(
        number,
        {
            "荣誉名称": "纳税信用 A 级纳税人",
            "等级": "A",
            "年度": str(2022 + number),
            "认定单位": "国家税务总局广州市税务局",
            "认定日期": f"{2023 + number}-04-20",
        },
    )


def promise(number: int) -> Json:
    return record(
        number,
        {
            "承诺类型": "审批替代型",
            "承诺事由": "办理食品经营许可证延续",
            "作出承诺日期": "2024-04-28",
            "承诺受理单位": AGENCIES[0][0],
            "承诺履约状态": "已履行",
        },
    )


def evaluation(number: int) -> Json:
    return record(
        number,
        {
            "评价名称": "食品经营者风险分级",
            "评价结果": "A 级",
            "评价年度": "2025",
            "评价单位": AGENCIES[0][0],
        },
    )


def judgment(number: int) -> Json:
    return record(
        number,
        {
            "执行法院": "广州市越秀区人民法院",
            "省份": "广东",
            "执行依据文号": "（2024）粤0104民初12345号",
            "立案时间": "2025-02-17",
            "案号": "（2025）粤0104执1234号",
            "生效法律文书确定的义务": "支付货款人民币 386,420.00 元及逾期付款利息。",
            "被执行人的履行情况": "全部未履行",
            "失信被执行人行为具体情形": "有履行能力而拒不履行生效法律文书确定义务",
            "发布时间": "2025-06-30",
        },
    )


def section(
    code: str, ordinal: str, title: str, groups: Sequence[tuple[str, Sequence[Json]]]
) -> Json:
    return {
        "code": code,
        "ordinal": ordinal,
        "title": title,
        "groups": [{"title": name, "records": list(records)} for name, records in groups],
        "paragraphs": [],
    }


def snapshot(
    *,
    name: str = "广州市越秀区惠民餐饮管理有限公司",
    penalties: int = 2,
    seed: int = 1,
    sample: bool = True,
) -> Json:
    chance = random.Random(seed)  # noqa: S311 - invented facts, the same for the same seed
    found = [penalty(number, chance) for number in range(1, penalties + 1)]
    licences = [licence(number) for number in range(1, 4)]
    honours = [honour(number) for number in range(1, 4)]
    promises = [promise(number) for number in range(1, 3)]
    counted = {
        "administration": ("行政管理", len(licences) + penalties),
        "honesty": ("诚实守信", len(honours)),
        "serious": ("严重失信", 0),
        "abnormal": ("经营异常", 0),
        "promises": ("信用承诺", len(promises)),
        "evaluations": ("信用评价", 1),
        "judgments": ("司法判决", 1),
        "others": ("其他", 0),
    }
    advice = section("advice", "十", "信用状况提升建议", [])
    advice["paragraphs"] = ["建议秉持诚信理念，合法有序开展经营活动。"]
    return {
        "v": 1,
        "edition": "organisation-full",
        "form": "V2.0",
        "sample": sample,
        "number": "20261123153000A1B2C3D4",
        "issuer": "广州市越秀区公共信用信息中心（样例）",
        "district": "440104",
        "generated_at": "2026-11-23T07:30:00Z",
        "data_as_of": "2026-11-23T07:30:02Z",
        "expires_at": "2026-12-23T07:30:00Z",
        "purpose": {"code": "electricity", "label": "办理用电"},
        "subject": {"kind": "organisation", "uscc": "91440104MA59ABCD3X", "name": name},
        "labels": ["守信激励对象", "存续"],
        "summary": f"截至2026年11月23日，查询到行政处罚 {penalties} 条、司法判决及执行 1 条。",
        "counts": [
            {"code": code, "label": label, "count": count}
            for code, (label, count) in counted.items()
        ],
        "sections": [
            section("registration", "一", "登记注册基础信息", [("", [registration(name)])]),
            section(
                "administration",
                "二",
                "行政管理",
                [("行政许可", licences), ("行政处罚", found)],
            ),
            section("honesty", "三", "诚实守信相关荣誉", [("", honours)]),
            section("serious", "四", "严重失信主体名单", [("", [])]),
            section("abnormal", "五", "经营（活动）异常名录", [("", [])]),
            section("promises", "六", "信用承诺", [("", promises)]),
            section("evaluations", "七", "信用评价", [("", [evaluation(1)])]),
            section("judgments", "八", "司法判决及执行", [("", [judgment(1)])]),
            section("others", "九", "其他", [("", [])]),
            advice,
        ],
        "notes": [
            (
                "本报告内容来源于市公共信用信息平台归集的信息，出具单位不编辑、不修改信息内容，"
                "力求客观、中立。"
            ),
            "本报告不含任何信用评分或信用等级判断，其中的信用评价由相应评价单位作出。",
            "对报告内容有异议的，可在信用越秀小程序或信用服务窗口提出异议申诉。",
            "行政处罚信息的信用修复，请通过“信用中国”网站申请，由认定单位依法办理。",
        ],
    }
