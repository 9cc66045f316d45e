"""Which fields of a record are printed, under which names: the wording of published reports."""

Field = tuple[str, str]
"""The platform's name of a value, and its label."""

LICENCE: tuple[Field, ...] = (
    ("document_number", "行政许可决定文书号"),
    ("document_name", "行政许可决定文书名称"),
    ("certificate_name", "许可证书名称"),
    ("category", "许可类别"),
    ("certificate_number", "许可编号"),
    ("decided_on", "许可决定日期"),
    ("valid_from", "有效期自"),
    ("valid_until", "有效期至"),
    ("content", "许可内容"),
    ("authority", "许可机关"),
    ("authority_uscc", "许可机关统一社会信用代码"),
    ("source", "数据来源单位"),
    ("source_uscc", "数据来源单位统一社会信用代码"),
)
PENALTY: tuple[Field, ...] = (
    ("document_number", "行政处罚决定书文号"),
    ("category", "处罚类别"),
    ("decided_on", "处罚决定日期"),
    ("content", "处罚内容"),
    ("fine", "罚款金额（万元）"),
    ("confiscated", "没收违法所得、没收非法财物的金额（万元）"),
    ("suspended_licence", "暂扣或吊销证照名称及编号"),
    ("violation_type", "违法行为类型"),
    ("violation_facts", "违法事实"),
    ("legal_basis", "处罚依据"),
    ("authority", "处罚机关"),
    ("authority_uscc", "处罚机关统一社会信用代码"),
    ("source", "数据来源单位"),
    ("source_uscc", "数据来源单位统一社会信用代码"),
)
HONOUR: tuple[Field, ...] = (
    ("name", "荣誉名称"),
    ("level", "等级"),
    ("year", "年度"),
    ("granted_by", "认定单位"),
    ("granted_on", "认定日期"),
)
SERIOUS: tuple[Field, ...] = (
    ("list_name", "名单名称"),
    ("document_number", "列入决定文书号"),
    ("reason", "列入原因"),
    ("listed_by", "列入决定机关"),
    ("listed_on", "列入日期"),
)
ABNORMAL: tuple[Field, ...] = (
    ("reason", "列入原因类型名称"),
    ("listed_by", "列入决定机关"),
    ("listed_on", "列入日期"),
)
PROMISE: tuple[Field, ...] = (
    ("kind", "承诺类型"),
    ("subject_matter", "承诺事由"),
    ("promised_on", "作出承诺日期"),
    ("received_by", "承诺受理单位"),
    ("fulfilment", "承诺履约状态"),
)
EVALUATION: tuple[Field, ...] = (
    ("name", "评价名称"),
    ("result", "评价结果"),
    ("year", "评价年度"),
    ("evaluated_by", "评价单位"),
)
JUDGMENT: tuple[Field, ...] = (
    ("court", "执行法院"),
    ("province", "省份"),
    ("basis_number", "执行依据文号"),
    ("filed_on", "立案时间"),
    ("case_number", "案号"),
    ("obligation", "生效法律文书确定的义务"),
    ("performance", "被执行人的履行情况"),
    ("circumstances", "失信被执行人行为具体情形"),
    ("published_on", "发布时间"),
)
MEASURE: tuple[Field, ...] = (
    ("document_number", "行政强制决定书文号"),
    ("kind", "强制措施种类"),
    ("decided_on", "强制决定日期"),
    ("subject_matter", "强制事由"),
    ("content", "强制内容"),
    ("legal_basis", "强制依据"),
    ("authority", "强制机关"),
    ("authority_uscc", "强制机关统一社会信用代码"),
    ("source", "数据来源单位"),
    ("source_uscc", "数据来源单位统一社会信用代码"),
)
CRIMINAL: tuple[Field, ...] = (
    ("court", "审理法院"),
    ("case_number", "案号"),
    ("document_name", "裁判文书名称"),
    ("charge", "罪名"),
    ("decided_on", "裁判日期"),
    ("result", "裁判结果"),
    ("source", "数据来源单位"),
)
OTHER: tuple[Field, ...] = (
    ("title", "信息名称"),
    ("content", "信息内容"),
    ("source", "数据来源单位"),
    ("recorded_on", "记录日期"),
)
