"""What the codes in an export mean: the page says the words, ``data.json`` keeps the codes."""

from collections.abc import Mapping
from typing import TypeAlias

from domain.alerts.alerts import State as AlertState
from domain.content_checks import Verdict
from domain.counter.cases import STATES as CASE_STATES
from domain.credit_reports.reports import State as ReportState
from domain.electricity.applications import PREMISES as PREMISES_WORDS
from domain.electricity.applications import STATES as ELECTRICITY_STATES
from domain.electricity.supply import WORDS as MOVES
from domain.erasure.erasures import State as ErasureState
from domain.exports.exports import State as ExportState
from domain.grid.cases import DELIVERY_KINDS as DELIVERY_KIND_WORDS
from domain.grid.cases import DELIVERY_STATES
from domain.judging.complaints import STATES as COMPLAINT_STATES
from domain.lectures.acts_around import ACTS as LECTURE_ACTS
from domain.lectures.questions import QUESTION_STATES
from domain.lectures.registrations import STATES as REGISTRATION_STATES
from domain.messages.messages import State as MessageState
from domain.messages.preferences import LABELS, Way
from domain.objections.objections import State as ObjectionState
from domain.promises.acts import ACTS as PROMISE_ACTS
from domain.promises.promises import STATES
from domain.promises.templates import PUBLICITIES as PUBLICITY_WORDS
from domain.subjects.delegations import TITLES, WORDS
from domain.tickets.tickets import REASONS as TICKET_REASON_WORDS
from domain.tickets.tickets import SOURCES as TICKET_SOURCE_WORDS
from domain.tickets.tickets import STATES as TICKET_STATE_WORDS
from domain.usage_records.records import STATES as USAGE_STATE_WORDS
from domain.usage_records.reports import KINDS as USAGE_KIND_WORDS

Words: TypeAlias = Mapping[str, str]

VERIFIED_BY: Words = {"face": "人脸核验", "sample": "样例", "counter": "窗口核验"}
CHECKED: Words = {"text": "文字", "image": "图片"}
ROLES: Words = {
    "self": "本人",
    "legal_representative": "法定代表人",
    "agent": TITLES["agent"],
    "helper": TITLES["helper"],
}
SCOPE: Words = WORDS
QUIET: Words = {"begins": "开始", "ends": "结束"}
KINDS: Words = {kind.value: label for kind, label in LABELS.items()}
WAYS: Words = {
    **KINDS,
    Way.NOW.value: "立即发微信通知",
    Way.DIGEST.value: "每天汇总一次",
    Way.INBOX.value: "只看站内消息",
}
CASES: Words = {state.value: word for state, word in CASE_STATES.items()}
VERDICTS: Words = {
    Verdict.PENDING.value: "检测中",
    Verdict.PASS.value: "通过",
    Verdict.REVIEW.value: "待复核",
    Verdict.RISKY.value: "未通过",
}
MESSAGES: Words = {
    MessageState.PENDING.value: "等待发送",
    MessageState.SENDING.value: "发送中",
    MessageState.SENT.value: "已发送",
    MessageState.FAILED.value: "未能发送",
    MessageState.UNKNOWN.value: "尚未收到结果",
    MessageState.INBOX.value: "只在站内",
    MessageState.GATHERED.value: "已并入汇总",
}
ALERTS: Words = {
    AlertState.PUSHED.value: "发出",
    AlertState.DELIVERED.value: "送达",
    AlertState.UNDELIVERED.value: "未能送达",
    AlertState.SETTLED.value: "已电话告知",
    AlertState.WITHDRAWN.value: "账号停用，不再发送",
}
EXPORTS: Words = {
    ExportState.REQUESTED.value: "排队中",
    ExportState.MAKING.value: "制作中",
    ExportState.READY.value: "可下载",
    ExportState.FAILED.value: "未能制作",
}
REPORTS: Words = {
    ReportState.QUEUED.value: "排队中",
    ReportState.FETCHING.value: "查询中",
    ReportState.DELAYED.value: "稍后完成",
    ReportState.FAILED.value: "未能出具",
    ReportState.READY.value: "已出具",
    ReportState.EXPIRED.value: "已过期",
    ReportState.SUPERSEDED.value: "已有新报告",
    ReportState.REVOKED.value: "已作废",
}
OBJECTIONS: Words = {
    ObjectionState.RAISED.value: "送交中",
    ObjectionState.PASSED.value: "已受理",
    ObjectionState.CHECKING.value: "核查中",
    ObjectionState.EXTENDED.value: "已延期",
    ObjectionState.UPHELD.value: "异议成立",
    ObjectionState.REJECTED.value: "异议不成立",
    ObjectionState.UNDELIVERABLE.value: "未能送交",
}
PROMISES: Words = {state.value: word for state, word in STATES.items()}
TICKET_STATES: Words = {state.value: word for state, word in TICKET_STATE_WORDS.items()}
TICKET_REASONS: Words = {reason.value: word for reason, word in TICKET_REASON_WORDS.items()}
TICKET_SOURCES: Words = {source.value: word for source, word in TICKET_SOURCE_WORDS.items()}
TICKET_WRITERS: Words = {"citizen": "我", "staff": "信用管家", "system": "系统"}
USAGE_STATES: Words = {state.value: word for state, word in USAGE_STATE_WORDS.items()}
USAGE_KINDS: Words = {kind.value: word for kind, word in USAGE_KIND_WORDS.items()}
PUBLICITIES: Words = {one.value: word for one, word in PUBLICITY_WORDS.items()}
ELECTRICITY: Words = {state.value: word for state, word in ELECTRICITY_STATES.items()}
PREMISES: Words = {one.value: word for one, word in PREMISES_WORDS.items()}
ERASURES: Words = {
    ErasureState.LEAVING.value: "办理中",
    ErasureState.SWEPT.value: "数据已删除",
    ErasureState.DONE.value: "已办结",
}
DELIVERIES: Words = {state.value: word for state, word in DELIVERY_STATES.items()}
DELIVERY_KINDS: Words = {kind.value: word for kind, word in DELIVERY_KIND_WORDS.items()}
# Whatever the audit log calls an act; a test finds each that the code can write.
COMPLAINTS: Words = {state.value: label for state, label in COMPLAINT_STATES.items()}
LECTURE_REGISTRATIONS: Words = {one.value: word for one, word in REGISTRATION_STATES.items()}
LECTURE_QUESTIONS: Words = {one.value: word for one, word in QUESTION_STATES.items()}
ACTS: Words = {
    **LECTURE_ACTS,
    **{f"content.{code}": f"内容安全检测：{word}" for code, word in VERDICTS.items()},
    **{f"credit_report.{code}": f"报告：{word}" for code, word in REPORTS.items()},
    **{f"electricity.{kind.value}": f"用电申请：{word}" for kind, word in MOVES.items()},
    **{f"message.{code}": f"订阅消息：{word}" for code, word in MESSAGES.items()},
    **{f"objection.{code}": f"异议：{word}" for code, word in OBJECTIONS.items()},
    **{f"alert.{code}": f"工作提醒：{word}" for code, word in ALERTS.items()},
    "alert.read": "工作提醒：阅读",
    "attachment.added": "添加图片",
    "attachment.bound": "提交图片",
    "attachment.dropped": "删除未提交的图片",
    "attachment.handed_to_check": "图片送内容安全检测",
    "attachment.judged": "人工核验图片",
    "attachment.refused": "图片未被接收",
    "attachment.shown": "查看图片",
    "account.emptied": "清空账号",
    "account.openid_changed": "微信用户标识变更",
    "audit.exported": "导出审计记录",
    "audit.read": "查看审计记录",
    "audit.searched": "查询审计记录",
    "authorisation.revoked": "在微信中撤回授权",
    "butler.described": "信用管家：变更登记",
    "butler.enrolled": "信用管家：登记",
    "butler.exited": "信用管家：退出",
    "butler.leave_asked": "信用管家：申请请假",
    "butler.leave_granted": "信用管家：批准请假",
    "butler.leave_refused": "信用管家：不批准请假",
    "butler.leave_withdrawn": "信用管家：撤回请假",
    "butler.restored": "信用管家：恢复服务",
    "butler.suspended": "信用管家：暂停服务",
    "certificate.issued": "签发学习证书",
    "certificate.made": "生成学习证书文件",
    "certificate.stamped": "学习证书补加时间戳",
    "complaint.answered": "投诉：答复投诉人",
    "complaint.decided": "投诉：作出决定",
    "complaint.escalated": "投诉：催办",
    "complaint.given_back": "投诉：改由他人处理",
    "complaint.joined": "投诉：并入低分评价",
    "complaint.opened": "投诉：收到",
    "complaint.stated": "投诉：信用管家回应",
    "complaint.taken": "投诉：受理",
    "complaint.withdrawn": "投诉：撤回",
    "complaint.worded": "投诉：补充内容",
    "consent.all_withdrawn": "撤回全部授权",
    "consent.given": "同意授权",
    "consent.withdrawn": "撤回授权",
    "contribution.again": "重新报送市平台",
    "contribution.dropped": "不再报送市平台",
    "contribution.refused": "市平台未接收",
    "contribution.taken": "市平台已接收",
    "counter_case.changed": "变更窗口办理",
    "counter_case.confirmed": "窗口核对证件",
    "counter_case.expired": "窗口核对未在期限内复核",
    "counter_case.mismatched": "窗口核对证件号码不一致",
    "counter_case.opened": "转到窗口办理",
    "counter_case.refused": "窗口未能核验身份",
    "counter_case.released": "窗口复核通过",
    "counter_case.returned": "窗口复核退回",
    "counter_case.settled": "窗口办结",
    "credit_report.address_made": "取得报告下载地址",
    "credit_report.issued": "出具报告",
    "credit_report.raised": "报告补盖时间戳",
    "credit_report.requested": "申请报告",
    "data_export.address_made": "取得导出文件下载地址",
    "data_export.failed": "导出未能制作",
    "data_export.fetched": "下载导出文件",
    "data_export.ready": "导出文件制作完成",
    "data_export.requested": "申请导出数据",
    "delegation.accepted": "接受代办邀请",
    "delegation.confirmed": "确认代办邀请",
    "delegation.invited": "邀请代办人",
    "delegation.refused": "代办邀请未通过核对",
    "delegation.resigned": "辞去代办",
    "delegation.withdrawn": "收回代办",
    "electricity.begun": "填写用电申请",
    "electricity.discarded": "删除填写中的用电申请",
    "electricity.file_added": "上传用电申请材料",
    "electricity.file_dropped": "删除用电申请材料",
    "electricity.file_refused": "用电申请材料未被接收",
    "electricity.filled": "修改用电申请",
    "electricity.handed_in": "补交用电申请材料",
    "electricity.made_ordinary": "用电申请改按一般程序",
    "electricity.material_read": "查看用电申请的材料",
    "electricity.promise_changed": "用电申请的承诺有变动",
    "electricity.promised": "为用电申请签署承诺",
    "electricity.reminded": "提醒补交用电申请材料",
    "electricity.submitted": "提交用电申请",
    "electricity.survey_answered": "答复勘查时间",
    "electricity.visit_asked": "预约上门服务",
    "electricity.withdrawn": "撤回用电申请",
    "erasure.begun": "注销账号",
    "erasure.done": "注销办结",
    "erasure.leaving": "注销办理中",
    "erasure.swept": "注销：数据已删除",
    "electricity.to_desk": "用电申请转工作台办理",
    "grid.compared": "与供电企业系统对账",
    "grid.delivered": "送达供电企业系统",
    "grid.delivery_failed": "供电企业系统拒收",
    "grid.delivery_made": "待送达供电企业系统",
    "grid.event_applied": "人工办理供电企业的事件",
    "grid.event_dismissed": "忽略供电企业的事件",
    "grid.event_kept": "供电企业的事件待人工处理",
    "grid.given_up": "放弃送达供电企业系统",
    "grid.redelivered": "重新送达供电企业系统",
    "grid.refused": "拒绝供电企业系统的请求",
    "identity_check.begun": "发起人脸核验",
    "identity_check.failed": "人脸核验未通过",
    "job.again": "重新办理后台事项",
    "judgement.decided": "信用管家评价：作出决定",
    "judgement.found": "信用管家评价：达到标准",
    "judgement.proposed": "信用管家评价：提请",
    "judgement.restoration_proposed": "信用管家评价：提请恢复服务",
    "judgement.restored": "信用管家评价：恢复服务",
    "judgement.returned": "信用管家评价：不同意提请",
    "judgement.stated": "信用管家评价：陈述意见",
    "lecture.begun": "起草讲座新版本",
    "lecture.brought": "讲座随内容更新",
    "lecture.created": "新建讲座",
    "lecture.given_up": "撤销讲座新版本",
    "lecture.opened": "打开讲座回放",
    "lecture.returned": "退回讲座新版本",
    "lecture.scheduled": "讲座定时发布",
    "lecture.shown": "发布讲座",
    "lecture.submitted": "讲座新版本送审",
    "lecture.timed": "设置讲座章节和翻页",
    "lecture.withdrawn": "讲座下线",
    "lecture.written": "修改讲座新版本",
    "lecture_series.added": "新建讲座系列",
    "lecture_series.confirmed": "确认讲座系列的修改",
    "lecture_series.proposed": "提出修改讲座系列",
    "lecture_series.turned_down": "不同意讲座系列的修改",
    "keys.rewrapped": "更换主密钥",
    "keys.tokens_rotated": "更换登录密钥",
    "media.again": "讲座文件：重新处理",
    "media.begun": "讲座文件：开始上传",
    "media.failed": "讲座文件：处理失败",
    "media.given_up": "讲座文件：清理未传完的上传",
    "media.removed": "讲座文件：删除",
    "media.step_done": "讲座文件：完成一步处理",
    "media.uploaded": "讲座文件：上传完成",
    "message_preferences.changed": "更改消息接收方式",
    "notice.read": "阅读消息",
    "objection.refused": "异议未被接收",
    "person.moved": "换微信账号使用",
    "person.phone_set": "设置手机号",
    "person.verified": "完成实名认证",
    "place.added": "服务点：登记",
    "place.brought": "服务点：由内容文件登记",
    "place.changed": "服务点：变更",
    **PROMISE_ACTS,
    "promise_text.begun": "起草承诺书新版本",
    "promise_text.brought": "承诺书文本随内容更新",
    "promise_text.changed": "修改承诺书新版本",
    "promise_text.given_up": "撤销承诺书新版本",
    "promise_text.published": "发布承诺书新版本",
    "promise_text.recalled": "撤销尚未生效的承诺书",
    "promise_text.returned": "退回承诺书新版本",
    "promise_text.submitted": "承诺书新版本送审",
    "rating.changed": "修改评价",
    "rating.given": "评价",
    "reviewer.added": "添加审核人员",
    "reviewer.ended": "停用审核人员",
    "roster.gap_found": "排班：发现无人在岗",
    "roster.shift_put": "排班：安排值班",
    "roster.shift_removed": "排班：取消值班",
    "service.closed": "暂停服务",
    "service.opened": "恢复服务",
    "session.all_ended": "退出全部设备",
    "session.ended": "退出登录",
    "session.refreshed": "登录续期",
    "session.reuse_detected": "发现登录凭据重复使用",
    "session.started": "登录",
    "share.made": "分享报告",
    "share.opened": "打开分享",
    "share.refused": "分享未能打开",
    "share.revoked": "收回分享",
    "sheet.corrected": "信用管家月报：更正",
    "sheet.drawn": "信用管家月报：生成",
    "staff.approved": "批准工作人员账号",
    "staff.look_refused": "工作人员查看未获准",
    "staff.looked": "工作人员查看信用报告",
    "staff.unmasked": "工作人员查看完整信息",
    "staff.invited": "发出工作人员启用链接",
    "staff.made": "命令行创建管理员",
    "staff.proposed": "申请工作人员账号",
    "staff.proposed_again": "申请恢复工作人员账号",
    "staff.set_up": "启用工作人员账号",
    "staff.sign_in_refused": "工作台登录未成功",
    "staff.signed_in": "登录工作台",
    "staff.signed_out": "退出工作台",
    "staff.suspended": "停用工作人员账号",
    "staff_contacts.chosen": "工作提醒：更改接收方式",
    "staff_contacts.forgotten": "工作提醒：账号停用，删除接收方式",
    "staff_contacts.phone_asked": "工作提醒：发送手机验证码",
    "staff_contacts.phone_bound": "工作提醒：绑定手机号",
    "staff_contacts.phone_code_wrong": "工作提醒：手机验证码不正确",
    "staff_contacts.phone_unbound": "工作提醒：解除手机号绑定",
    "staff_contacts.wechat_asked": "工作提醒：生成微信绑定二维码",
    "staff_contacts.wechat_bound": "工作提醒：绑定微信",
    "staff_contacts.wechat_scanned": "工作提醒：扫描微信绑定二维码",
    "staff_contacts.wechat_unbound": "工作提醒：解除微信绑定",
    "subject.bound": "绑定办理主体",
    "subject.suspended": "暂停办理主体",
    "subject.unbound": "解除绑定",
    "tenancy.added": "入驻企业：登记",
    "tenancy.ended": "入驻企业：结束",
    "subscription.accepted": "同意接收订阅消息",
    "subscription.refused": "拒绝接收订阅消息",
    "ticket.answered": "工单：答复",
    "ticket.assigned": "工单：分派",
    "ticket.caller_shown": "工单：查看来电人",
    "ticket.citizen_wrote": "工单：留言",
    "ticket.ended": "工单：结束",
    "ticket.escalated": "工单：催办升级",
    "ticket.handed_over": "工单：收回重新分派",
    "ticket.item_changed": "工单：调整服务事项",
    "ticket.merged": "工单：合并",
    "ticket.noted": "工单：备注",
    "ticket.opened": "工单：提交",
    "ticket.place_changed": "工单：调整服务点",
    "ticket.prioritised": "工单：调整优先级",
    "ticket.reminded": "工单：提醒补充",
    "ticket.reopened": "工单：重新打开",
    "ticket.resumed": "工单：继续办理",
    "ticket.transferred": "工单：转交",
    "ticket.unmerged": "工单：恢复单独办理",
    "ticket.withdrawn": "工单：撤回",
    "ticket.written_down": "工单：电话代录",
    "usage_record.entered": "用电信用记录：进入记录",
    "usage_record.entry_kept": "用电信用记录：维持",
    "usage_record.entry_proposed": "用电信用记录：提请进入",
    "usage_record.entry_returned": "用电信用记录：退回提请",
    "usage_record.justified": "用电信用记录：有正当理由",
    "usage_record.noticed": "用电信用记录：告知当事人",
    "usage_record.objected": "用电信用记录：提出异议",
    "usage_record.objection_decided": "用电信用记录：处理异议",
    "usage_record.objection_over": "用电信用记录：异议期满",
    "usage_record.paid": "用电信用记录：登记缴清",
    "usage_record.reported": "用电信用记录：报送",
    "usage_record.revocation_proposed": "用电信用记录：提请撤销",
    "usage_record.revoked": "用电信用记录：撤销",
    "usage_record.served": "用电信用记录：登记书面送达",
    "usage_record.to_serve": "用电信用记录：待书面告知",
    "usage_record.withdrawn": "用电信用记录：撤回报送",
}
