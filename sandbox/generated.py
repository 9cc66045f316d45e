"""Licences and penalties by the thousand for one enterprise, the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_FIRST_DAY = date(2016, 1, 4)
_DAYS = 3600
_SOURCE = {"name": "广州市公共信用信息中心（样例数据）", "uscc": "12440100MBYX990147"}
_RECENT_DAYS = 1000
_PUBLICITY_DAYS = 1095


@dataclass(frozen=True, kw_only=True)
class _Offence:
    authority: str
    uscc: str
    mark: str
    """Stands in the document number: 穗越〔mark〕罚〔2025〕12号."""
    offence: str
    fact: str
    basis: str
    field: str


@dataclass(frozen=True, kw_only=True)
class _Permit:
    authority: str
    uscc: str
    mark: str
    document: str
    certificate: str
    kind: str
    content: str


_MARKET = ("广州市越秀区市场监督管理局", "11440104MBYX01013H")
_CITY = ("广州市越秀区城市管理和综合执法局", "11440104MBYX01021C")
_FIRE = ("广州市越秀区消防救援大队", "11440104MBYX0103X4")
_HEALTH = ("广州市越秀区卫生健康局", "11440104MBYX010484")

_OFFENCES = (
    _Offence(
        authority=_MARKET[0],
        uscc=_MARKET[1],
        mark="市监处",
        offence="违反《中华人民共和国价格法》的行为",
        fact="当事人位于越秀区样例路{shop}号的门店销售{goods}，未在经营场所的醒目位置"
        "公示价格，经责令改正后仍有{count}种商品未按规定明码标价。",
        basis="《中华人民共和国价格法》第十三条第一款、第四十二条",
        field="market",
    ),
    _Offence(
        authority=_MARKET[0],
        uscc=_MARKET[1],
        mark="市监处",
        offence="经营超过保质期的食品",
        fact="执法人员在当事人样例路{shop}号门店的货架上查获超过保质期的{goods}{count}件，"
        "当事人未能提供上述商品的进货查验记录，货值金额共计{value}元。",
        basis="《中华人民共和国食品安全法》第三十四条第（十）项、第一百二十四条第一款第（五）项",
        field="market",
    ),
    _Offence(
        authority=_CITY[0],
        uscc=_CITY[1],
        mark="综执",
        offence="擅自占用城市道路、公共场所堆放物料",
        fact="当事人在样例路{shop}号门前人行道堆放{goods}包装箱，占用面积{count}平方米，"
        "影响行人通行，经两次劝导仍未清理。",
        basis="《城市市容和环境卫生管理条例》第十四条、第三十六条第（二）项",
        field="urban-management",
    ),
    _Offence(
        authority=_FIRE[0],
        uscc=_FIRE[1],
        mark="消行",
        offence="占用、堵塞、封闭疏散通道、安全出口",
        fact="消防监督检查发现当事人样例路{shop}号仓库的疏散通道堆放{goods}{count}箱，"
        "通道净宽不足，且一处安全出口上锁。",
        basis="《中华人民共和国消防法》第二十八条、第六十条第一款第（三）项",
        field="fire",
    ),
    _Offence(
        authority=_HEALTH[0],
        uscc=_HEALTH[1],
        mark="卫公",
        offence="安排未获得有效健康合格证明的从业人员从事直接为顾客服务的工作",
        fact="当事人样例路{shop}号门店有{count}名从业人员未取得有效健康合格证明，"
        "即从事直接为顾客服务的工作。",
        basis="《公共场所卫生管理条例》第七条、第十四条第一款第（二）项",
        field="health",
    ),
)

_PERMITS = (
    _Permit(
        authority=_MARKET[0],
        uscc=_MARKET[1],
        mark="食许",
        document="食品经营许可决定书",
        certificate="食品经营许可证",
        kind="普通",
        content="预包装食品（含冷藏冷冻食品）销售；散装食品销售：样例路{shop}号门店",
    ),
    _Permit(
        authority=_CITY[0],
        uscc=_CITY[1],
        mark="招牌",
        document="设置户外广告设施许可决定书",
        certificate="户外广告设施设置证",
        kind="普通",
        content="样例路{shop}号门店首层门楣上方设置电子显示装置一处",
    ),
    _Permit(
        authority=_HEALTH[0],
        uscc=_HEALTH[1],
        mark="公卫",
        document="公共场所卫生许可决定书",
        certificate="公共场所卫生许可证",
        kind="认可",
        content="商场（样例路{shop}号首层至二层）",
    ),
)

_GOODS = ("纸巾", "瓶装饮料", "袋装面包", "速冻水饺", "散装坚果", "洗衣液", "儿童玩具", "罐头")


def penalties(*, seed: int, count: int, today: date) -> Iterator[dict[str, str | list[str]]]:
    """Penalties of the last thousand days, oldest first; fines in 万元 as decimal strings.

    All are serious, not repaired and still published, so that a report shows every one.
    """
    random = Random(seed)  # noqa: S311  # sample data has to repeat, not to surprise
    for number in range(1, count + 1):
        offence = random.choice(_OFFENCES)
        decided = today - timedelta(days=_RECENT_DAYS * (count - number + 1) // count)
        fine = random.randint(1, 40) * 12_500
        warned = random.choice((True, False))
        sanction = f"{'警告；' if warned else ''}罚款人民币{fine}元"
        yield {
            "CF_WSH": f"穗越{offence.mark}罚〔{decided.year}〕{number}号",
            "CF_CFLB": "警告；罚款" if warned else "罚款",
            "CF_JDRQ": decided.isoformat(),
            "CF_NR": f"责令改正违法行为，{sanction}。",
            "CF_NR_FK": f"{fine / 10_000:.4f}".rstrip("0").rstrip("."),
            "CF_WFXW": offence.offence,
            "CF_SY": offence.fact.format(
                shop=random.randint(1, 899),
                goods=random.choice(_GOODS),
                count=random.randint(2, 60),
                value=random.randint(20, 9000),
            ),
            "CF_YJ": offence.basis,
            "CF_CFJG": offence.authority,
            "CF_CFJGDM": offence.uscc,
            "CF_SJLY": _SOURCE["name"],
            "CF_SJLYDM": _SOURCE["uscc"],
            "CF_GSJZQ": (decided + timedelta(days=_PUBLICITY_DAYS)).isoformat(),
            "severity": "serious",
            "repaired_on": "",
            "field": offence.field,
        }


def licences(*, seed: int, count: int) -> Iterator[dict[str, str | list[str]]]:
    """Licences of the same years, oldest first, each for five years."""
    random = Random(seed)  # noqa: S311  # as above
    for number in range(1, count + 1):
        permit = random.choice(_PERMITS)
        decided = _FIRST_DAY + timedelta(days=number * _DAYS // (count + 1))
        yield {
            "XK_WSH": f"穗越{permit.mark}准〔{decided.year}〕{number}号",
            "XK_XKWS": permit.document,
            "XK_XKZS": permit.certificate,
            "XK_XKLB": permit.kind,
            "XK_XKBH": f"YX{decided:%Y%m%d}{number:06d}",
            "XK_JDRQ": decided.isoformat(),
            "XK_YXQZ": decided.isoformat(),
            "XK_YXQZI": (decided + timedelta(days=1825)).isoformat(),
            "XK_NR": permit.content.format(shop=random.randint(1, 899)),
            "XK_XKJG": permit.authority,
            "XK_XKJGDM": permit.uscc,
            "XK_SJLY": _SOURCE["name"],
            "XK_SJLYDM": _SOURCE["uscc"],
        }
