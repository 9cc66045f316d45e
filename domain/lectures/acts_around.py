"""What happens around lectures, as the audit log calls it and as it is read."""

from collections.abc import Mapping

ACTS: Mapping[str, str] = {
    "lecture.moved_up": "讲座：候补转为报名成功",
    "lecture.registered": "讲座：报名",
    "lecture.registration_cancelled": "讲座：取消报名",
    "lecture.told": "讲座：群发提醒",
    "lecture_question.answered": "讲座提问：答复",
    "lecture_question.asked": "讲座提问：提交",
    "lecture_question.hidden": "讲座提问：隐藏",
    "lecture_question.left": "讲座提问：不予答复",
    "lecture_question.released": "讲座提问：审核公开答复",
    "lecture_question.returned": "讲座提问：审核退回答复",
    "lectures.followed": "关注云讲堂",
    "lectures.unfollowed": "取消关注云讲堂",
}
