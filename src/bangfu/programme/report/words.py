"""Fixed words of the report in both languages (报告用语): steps, outcomes, verdicts, force.

Words of the scheme itself come from the scheme; only what every run shares stands here.
"""

from __future__ import annotations

from typing import Final

from bangfu.vocabulary.text import Text

__all__ = [
    "CLAUSES",
    "DUE_RULES",
    "FIELDS",
    "FORCES",
    "MATCHES",
    "NOT_KNOWN",
    "NO_VALUE",
    "OUTCOMES",
    "READING_WORDS",
    "RESULTS",
    "RETENTION_STATES",
    "STATUSES",
    "STEP_TITLES",
    "STEP_WORDS",
    "TABLES",
    "UNITS",
    "VERDICTS",
]

NOT_KNOWN: Final = Text("待核实", "to be verified")
NO_VALUE: Final = Text("待核实（缺数据）", "to be verified (data missing)")
CLAUSES: Final = Text("条款", "Clauses")

STEP_TITLES: Final = {
    "targets": Text("筛选认定", "Designation"),
    "named_places": Text("文件所列地名", "Places named"),
    "quotas": Text("任务数", "Quotas"),
    "funding": Text("资金", "Money"),
    "slots": Text("名额与到位", "Posts"),
    "people": Text("选派条件", "Conditions on people"),
    "duties": Text("履职事项", "Duties"),
    "goals": Text("目标", "Goals"),
    "comparisons": Text("对照增长", "Growth beside a benchmark"),
    "evaluation": Text("考核评价", "Evaluation"),
    "exit": Text("退出与保留", "Exit and retention"),
    "clusters": Text("片区组团", "Village clusters"),
    "lists": Text("名单重叠", "Lists that overlap"),
    "assistance": Text("分层救助", "Tiers of assistance"),
    "registers": Text("台账", "Registers"),
}
#: The scheme's own word for a step, where it has one.
STEP_WORDS: Final = {"quotas": "quota", "evaluation": "evaluation"}

STATUSES: Final = {
    "in_force": Text("现行有效", "in force"),
    "consultation_draft": Text("征求意见稿（非正式文件）", "consultation draft (not final)"),
    "ended": Text("实施期已满", "period ended"),
}
OUTCOMES: Final = {
    "failed": Text("未通过", "failed"),
    "warning": Text("提示", "warning"),
    "passed": Text("通过", "passed"),
}
VERDICTS: Final = {
    "yes": Text("列入", "yes"),
    "unknown": Text("待核实", "unknown"),
    "no": Text("不列入", "no"),
}
RESULTS: Final = {
    "met": Text("达标", "met"),
    "not_met": Text("未达标", "not met"),
    "unknown": Text("待核实", "unknown"),
    "judgement": Text("待评定", "for judgement"),
}
READING_WORDS: Final = {
    "growth_yoy": Text("较上年", "on the year before"),
    "growth_annual_avg": Text("年均", "yearly average"),
    "yearly.panel": Text("逐年，固定对象", "each year, fixed members"),
    "yearly.cross_section": Text("逐年，当年对象", "each year, members of the year"),
    "cumulative.panel": Text("累计，固定对象", "cumulative, fixed members"),
    "cumulative.cross_section": Text("累计，各年对象", "cumulative, members of each year"),
    "relative_rate": Text("增幅相对提高", "rise of the rate, relative"),
    "percentage_points": Text("增幅提高百分点", "rise of the rate, in points"),
    "level": Text("收入水平提高", "rise of the level"),
    "started": Text("按启动计", "clusters begun"),
    "built": Text("按建成计", "clusters completed"),
    "villages": Text("按村计", "of villages"),
    "population": Text("按人口计", "of residents"),
}
RETENTION_STATES: Final = {
    "decided": Text("已决定，未到退出日", "decided, not yet out"),
    "exited_retained": Text("已退出，政策保留期内", "out, policies kept"),
    "exited_closed": Text("已退出，保留期已满", "out, policies ended"),
    "not_stated": Text("保留期文件未明确、待定", "retention not stated in the document"),
}
DUE_RULES: Final = {
    "end_of_period": Text("每期末", "end of each period"),
    "not_stated": Text("文件未明确、待定", "not stated in the document"),
}
MATCHES: Final = {
    "exact": Text("名称一致", "same name"),
    "suffix": Text("去掉通名后一致", "same but for the kind of place"),
    "functional_zone": Text("按功能区所在县（区）", "through the county of the functional zone"),
    "kind_change": Text("建制有变化", "the kind of place has changed"),
    "character_variant": Text("用字不同", "another character for the same name"),
    "declared_alias": Text("按方案登记的别名", "by an alias the scheme declares"),
    "not_found": Text("未找到", "not found"),
}
FORCES: Final = {
    "must": Text("刚性要求", "duty"),
    "goal": Text("限期目标", "dated goal"),
    "advance": Text("推进落实", "to be advanced"),
    "principle": Text("原则要求", "rule in principle"),
    "encourage": Text("鼓励引导", "encouraged"),
    "other": Text("其他", "other"),
}
UNITS: Final = {"个": Text("个", ""), "次": Text("次", ""), "人": Text("人", "persons")}

#: Input tables as offices call them.
TABLES: Final = {
    "places": Text("区划表", "places"),
    "indicators": Text("指标数据", "indicators"),
    "list_members": Text("名单", "list of members"),
    "published_quotas": Text("任务数表", "quota table"),
    "units": Text("帮扶单位", "helper units"),
    "leaders": Text("包联领导", "responsible leaders"),
    "staff": Text("选派人员", "staff"),
    "pairings": Text("结对关系", "pairings"),
    "goals": Text("到期目标", "goals fallen due"),
}

#: Fields of an entry that carry a figure.
FIELDS: Final = {
    "size": Text("个数", "number"),
    "year": Text("年份", "year"),
    "years": Text("年度", "years"),
    "base_year": Text("基期年", "base year"),
    "threshold": Text("数值", "threshold"),
    "total": Text("总数", "total"),
    "ratio": Text("比例", "ratio"),
    "grand_total": Text("各类合计", "sum of all classes"),
    "unit_amount": Text("标准", "standard"),
    "top_up_from": Text("已含部分", "part already paid"),
    "every": Text("间隔", "interval"),
    "at_least": Text("至少", "at least"),
    "at_most": Text("至多", "at most"),
    "members_at_least": Text("人数至少", "members at least"),
    "members_at_most": Text("人数至多", "members at most"),
    "starts_on": Text("开始日期", "from"),
    "ends_on": Text("截止日期", "until"),
    "weight": Text("权重", "weight"),
    "zero_at": Text("零分点", "no points at"),
    "full_at": Text("满分点", "full points at"),
    "select": Text("名额", "number selected"),
    "retention": Text("政策保留期", "policies kept for"),
    "limit": Text("期限", "limit"),
    "floor": Text("下限", "floor"),
    "cap": Text("上限", "cap"),
    "hold_harmless": Text("保底", "hold-harmless"),
}
