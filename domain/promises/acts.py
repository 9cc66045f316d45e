"""What the audit log calls the acts of a promise, in words."""

from collections.abc import Mapping

# Whoever takes the evidence away does nothing to the promise: it is no part of its trail.
EVIDENCE_TAKEN = "promise.evidence_taken"
ACTS: Mapping[str, str] = {
    "promise.breach_confirmed": "认定违诺",
    "promise.breach_objected": "对违诺认定提出异议",
    "promise.breach_proposed": "提出认定违诺",
    "promise.breach_returned": "退回违诺认定",
    "promise.changed": "修改待签署的承诺书",
    "promise.corrected": "确认已改正",
    "promise.kept": "认定全部履行",
    "promise.objection_decided": "处理违诺认定异议",
    "promise.ordered": "责令改正",
    "promise.check_begun": "为签署承诺发起人脸核验",
    "promise.discarded": "删除待签署的承诺书",
    "promise.drafted": "填写承诺书",
    "promise.handed_in": "报告承诺事项已办理",
    "promise.handing_in_returned": "退回承诺人报告的办理情况",
    "promise.handing_in_taken": "核对承诺人报告的办理情况",
    "promise.letter_made": "生成承诺书文件",
    "promise.letter_stamped": "承诺书补盖时间戳",
    "promise.publicity_changed": "变更承诺公开方式",
    "promise.refused": "承诺书未能签署",
    "promise.reminded": "提醒承诺期限",
    "promise.signed": "签署承诺书",
    "promise.withdrawn": "撤回承诺",
    EVIDENCE_TAKEN: "下载承诺存证包",
}
