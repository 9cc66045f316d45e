"""What generated personas may have on record; marks such as ``{day}`` are drawn for each."""

Record = dict[str, str]

_SOURCE = {"source": "广州市公共信用信息中心（样例数据）", "source_uscc": "12440100MBYX990147"}
_XK_SOURCE = {"XK_SJLY": _SOURCE["source"], "XK_SJLYDM": _SOURCE["source_uscc"]}
_CF_SOURCE = {"CF_SJLY": _SOURCE["source"], "CF_SJLYDM": _SOURCE["source_uscc"]}
_MARKET = ("广州市越秀区市场监督管理局", "11440104MBYX01013H")
_FIRE = ("广州市越秀区消防救援大队", "11440104MBYX0103X4")
_HEALTH = ("广州市越秀区卫生健康局", "11440104MBYX010484")

_LICENCES: tuple[Record, ...] = (
    {
        "XK_WSH": "穗食许准〔{year}〕{number}号",
        "XK_XKWS": "食品经营许可决定书",
        "XK_XKZS": "食品经营许可证",
        "XK_XKLB": "普通",
        "XK_XKBH": "JY1440103{number}",
        "XK_JDRQ": "{day}",
        "XK_YXQZ": "{day}",
        "XK_YXQZI": "2099-12-31",
        "XK_NR": "预包装食品销售",
        "XK_XKJG": _MARKET[0],
        "XK_XKJGDM": _MARKET[1],
        **_XK_SOURCE,
    },
)
_QUALIFICATIONS: tuple[Record, ...] = (
    {
        **_LICENCES[0],
        "XK_WSH": "穗卫执〔{year}〕{number}号",
        "XK_XKWS": "护士执业注册决定书",
        "XK_XKZS": "护士执业证书",
        "XK_XKLB": "认可",
        "XK_NR": "准予护士执业注册",
        "XK_XKJG": _HEALTH[0],
        "XK_XKJGDM": _HEALTH[1],
    },
)
_PENALTIES: tuple[Record, ...] = (
    {
        "CF_WSH": "穗市监处罚〔{year}〕{number}号",
        "CF_CFLB": "罚款",
        "CF_JDRQ": "{day}",
        "CF_NR": "罚款人民币20000元。",
        "CF_NR_FK": "2",
        "CF_WFXW": "未按规定明码标价",
        "CF_SY": "当事人在样例路{number}号销售的商品未标明价格，经责令改正后仍未改正。",
        "CF_YJ": "《中华人民共和国价格法》第十三条第一款、第四十二条",
        "CF_CFJG": _MARKET[0],
        "CF_CFJGDM": _MARKET[1],
        "CF_GSJZQ": "{end}",
        "severity": "general",
        "field": "market",
        **_CF_SOURCE,
    },
    {
        "CF_WSH": "穗消行罚决字〔{year}〕第{number}号",
        "CF_CFLB": "警告",
        "CF_JDRQ": "{day}",
        "CF_NR": "警告。",
        "CF_WFXW": "占用疏散通道",
        "CF_SY": "消防检查发现样例路{number}号的疏散通道堆放杂物。",
        "CF_YJ": "《中华人民共和国消防法》第二十八条、第六十条第二款",
        "CF_CFJG": _FIRE[0],
        "CF_CFJGDM": _FIRE[1],
        "CF_GSJZQ": "{end}",
        "severity": "minor",
        "field": "",
        **_CF_SOURCE,
    },
)
_HONOURS: tuple[Record, ...] = (
    {
        "name": "诚信经营示范户",
        "level": "区级",
        "year": "{year}",
        "granted_by": "广州市荔湾区样例商会",
        "granted_on": "{day}",
    },
)
_SERIOUS: tuple[Record, ...] = (
    {
        "list_name": "市场监督管理严重违法失信名单",
        "document_number": "穗市监失信〔{year}〕{number}号",
        "reason": "实施不正当竞争行为，受到较重行政处罚",
        "listed_by": _MARKET[0],
        "listed_on": "{day}",
        "field": "market",
    },
)
_PROMISES: tuple[Record, ...] = (
    {
        "kind": "主动型",
        "subject_matter": "依法诚信经营",
        "promised_on": "{day}",
        "received_by": _MARKET[0],
        "fulfilment": "全部履行",
    },
)
_JUDGMENTS: tuple[Record, ...] = (
    {
        "court": "广州市荔湾区人民法院",
        "province": "广东",
        "basis_number": "（{year}）粤0103民初{number}号",
        "filed_on": "{day}",
        "case_number": "（{year}）粤0103执{number}号",
        "obligation": "支付货款人民币{number}00元。",
        "performance": "全部未履行",
        "circumstances": "违反财产报告制度",
        "published_on": "{day}",
        "field": "court-enforcement",
    },
)
_OTHERS: tuple[Record, ...] = (
    {
        "title": "年度报告",
        "content": "{year}年度报告已公示。",
        "source": _SOURCE["source"],
        "recorded_on": "{day}",
    },
)

PERSON: dict[str, tuple[Record, ...]] = {
    "licences": _QUALIFICATIONS,
    "honours": _HONOURS,
    "penalties": _PENALTIES,
    "serious_lists": _SERIOUS,
    "promises": _PROMISES,
    "judgments": _JUDGMENTS,
    "others": _OTHERS,
}
ORGANISATION: dict[str, tuple[Record, ...]] = {
    **PERSON,
    "licences": _LICENCES,
    "abnormal_lists": (
        {
            "reason": "未按照规定的期限公示年度报告",
            "listed_by": _MARKET[0],
            "listed_on": "{day}",
            "removed_on": "",
        },
    ),
    "evaluations": (
        {
            "name": "企业信用风险分类",
            "result": "较低风险（B类）",
            "evaluated_by": _MARKET[0],
            "year": "{year}",
        },
    ),
    "compulsory_measures": (
        {
            "document_number": "穗消强〔{year}〕第{number}号",
            "kind": "查封场所",
            "decided_on": "{day}",
            "content": "对样例路{number}号库房采取临时查封措施，期限十五日。",
            "subject_matter": "疏散通道被堵塞，不及时消除可能严重威胁公共安全",
            "legal_basis": "《中华人民共和国消防法》第五十四条",
            "authority": _FIRE[0],
            "authority_uscc": _FIRE[1],
            "field": "fire",
            **_SOURCE,
        },
    ),
    "criminal_judgments": (
        {
            "court": "广州市荔湾区人民法院",
            "case_number": "（{year}）粤0103刑初{number}号",
            "document_name": "刑事判决书",
            "charge": "虚开发票罪",
            "decided_on": "{day}",
            "result": "判处罚金人民币十万元。",
            "source": _SOURCE["source"],
            "field": "tax",
        },
    ),
}
