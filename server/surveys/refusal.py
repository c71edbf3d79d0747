"""Why a form cannot be published: stable codes with a Chinese and an English sentence.

These are answers to someone who writes forms, not HTTP refusals; the API carries them in a body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SENTENCES: dict[str, tuple[str, str]] = {
    "unreadable": ("文件读不出来：{detail}", "The file cannot be read: {detail}"),
    "header_not_text": ("表头里有不是文字的单元格", "A column header is not text"),
    "row_too_long": ("这一行的单元格比表头多", "This row has more cells than the header"),
    "empty_sheet": ("工作表“{name}”是空的", "The sheet “{name}” is empty"),
    "unconvertible": (
        "表格里有转换不了的内容：{detail}",
        "Something in the spreadsheet cannot be converted: {detail}",
    ),
    "too_large": ("文件太大（上限 {detail}）", "The file is too large (limit {detail})"),
    "took_too_long": ("转换超过时限，已停止", "Conversion took too long and was stopped"),
    "too_much_memory": ("转换超出内存限制，已停止", "Conversion needed too much memory and was stopped"),
    "crashed": ("转换过程意外中断", "The conversion ended unexpectedly"),
    "xlsform": ("表格有误：{detail}", "The spreadsheet has a fault: {detail}"),
    "missing_sheet": ("缺少工作表“{name}”", "The sheet “{name}” is missing"),
    "no_survey": ("这不是表单：没有 survey 工作表", "This is not a form: it has no survey sheet"),
    "missing_type": ("有一行没有写题型", "A row has no type"),
    "missing_calculation": ("计算题“{name}”没有写算式", "The calculation “{name}” has no expression"),
    "duplicate_column": ("表头“{name}”重复", "The column “{name}” is there twice"),
    "unsupported_include": (
        "暂不支持引入别的表单（include）",
        "Including another form (include) is not supported",
    ),
    "or_other_filter": ("or_other 不能与选项筛选同用", "or_other cannot be used with a choice filter"),
    "unknown_type": ("题型“{name}”不认识", "The question type “{name}” is unknown"),
    "unsupported_type": ("暂不支持题型“{name}”", "The question type “{name}” is not supported"),
    "unsupported_appearance": ("暂不支持外观“{name}”", "The appearance “{name}” is not supported"),
    "unsupported_itemset": (
        "暂不支持这种选项来源：{name}",
        "This source of choices is not supported: {name}",
    ),
    "unsupported_setting": ("暂不支持这项设置：{name}", "This setting is not supported: {name}"),
    "unsupported_media": (
        "图片、声音的文件名里不能有变量：{name}",
        "The name of a picture or sound cannot have values in it: {name}",
    ),
    "unsupported_action": ("暂不支持这种动作：{name}", "This action is not supported: {name}"),
    "missing_label": ("“{name}”没有题目文字", "“{name}” has no label"),
    "duplicate_name": ("名称“{name}”重复", "The name “{name}” is used twice"),
    "bad_name": ("名称“{name}”不合规则", "The name “{name}” is not allowed"),
    "reserved_name": ("名称“{name}”是保留字，请换一个", "The name “{name}” is reserved; choose another"),
    "missing_name": ("有一行没有写名称", "A row has no name"),
    "missing_choice_label": ("选项没有文字", "A choice has no label"),
    "duplicate_choice": ("同一列表里选项名称重复：{name}", "A list has the same choice twice: {name}"),
    "bad_reference": ("引用写法不对，应为 ${{题目名}}", "A reference must be written ${{name}}"),
    "ambiguous_reference": (
        "有几个题目都叫“{name}”，引用不明确",
        "More than one question is called “{name}”",
    ),
    "bad_parameters": ("“{name}”的参数不对：{detail}", "The parameters of “{name}” are wrong: {detail}"),
    "bad_header": ("表头有误：{detail}", "A column header is wrong: {detail}"),
    "bad_entities": ("实体设置有误：{detail}", "The entities are set up wrongly: {detail}"),
    "unmatched_group": (
        "分组或重复组没有配对：{detail}",
        "A group or repeat is not closed or not opened: {detail}",
    ),
    "unknown_reference": ("引用了不存在的题目“{name}”", "There is no question “{name}”"),
    "unknown_list": ("找不到选项列表“{name}”", "The list “{name}” cannot be found"),
    "unknown_column": ("选项列表没有这一列：{name}", "The list has no such column: {name}"),
    "not_a_choice": ("“{name}”不是选择题", "“{name}” is not a question with choices"),
    "not_a_node_set": ("这里要写题目的引用", "A reference to questions is needed here"),
    "unknown_function": ("函数 {name} 不认识", "The function {name} is unknown"),
    "unsupported_function": ("暂不支持函数 {name}", "The function {name} is not supported"),
    "wrong_arguments": ("函数 {name} 的参数不对", "The function {name} has the wrong arguments"),
    "unsupported_pattern": ("正则表达式不支持：{name}", "This regular expression is not supported: {name}"),
    "unsupported_path": (
        "暂不支持这种路径写法：{name}",
        "This way of writing a path is not supported: {name}",
    ),
    "broken_expression": ("表达式写错了，在“{name}”附近", "The expression is broken near “{name}”"),
    "cycle": ("计算互相依赖，成了死循环：{name}", "Calculations depend on each other in a circle: {name}"),
    "bad_metadata": ("{name} 的取值不对：“{detail}”", "{name} cannot be “{detail}”"),
    "missing_sensitivity": ("“{name}”没有写敏感级别", "“{name}” does not say how sensitive it is"),
    "missing_purpose": (
        "敏感问题“{name}”没有写用途",
        "The sensitive question “{name}” does not say its purpose",
    ),
    "local_only": (
        "“{name}”只许留在手机上，不能放进要同步的表单",
        "“{name}” may not leave the phone, so a form that syncs cannot have it",
    ),
    "not_local": (
        "这张表只留在手机上，“{name}”的敏感级别要写 local-only",
        "This form stays on the phone: “{name}” must be local-only",
    ),
    "kept_promise": (
        "这一类记录对人有过承诺，settings 表要保留 {name}={detail}",
        "People were promised this of such records: the sheet settings must keep {name}={detail}",
    ),
    "duplicate_envelope": ("两个问题都填了“{name}”", "Two questions fill “{name}”"),
    "bad_move": ("状态流转引用了不存在的状态“{name}”", "A move names a status that does not exist: “{name}”"),
    "bad_list": ("选项列表“{name}”有误：{detail}", "The list “{name}” has a fault: {detail}"),
    "bad_instance": ("这不是这张表的填写结果：{detail}", "This is no instance of the form: {detail}"),
    # The guide
    "unknown_kind": ("没有“{name}”这一类记录", "There is no kind of record “{name}”"),
    "unknown_answer": ("记录里没有“{name}”这道题", "Records have no question “{name}”"),
    "unknown_threshold": (
        "thresholds.csv 里没有“{name}”",
        "thresholds.csv has no “{name}”",
    ),
    "missing_words": ("“{name}”要写中文和英文", "“{name}” needs words in Chinese and English"),
    "bad_cell": ("“{name}”不对，可以写：{detail}", "“{name}” is not allowed; write one of: {detail}"),
    # Publishing
    "reserved_kind": (
        "“{name}”是系统自己的类别，请换一个 form_id",
        "“{name}” is a kind of the system's own; choose another form_id",
    ),
    "unknown_dataset": ("实体“{name}”不是已有的类别", "The entity list “{name}” is no kind there is"),
    "unknown_property": (
        "实体的属性“{name}”不是“{detail}”表里的题目",
        "The property “{name}” is no question of the form “{detail}”",
    ),
    # Warnings
    "missing_media": (
        "没有一起上传图片或声音“{name}”",
        "The picture or sound “{name}” did not come with the form",
    ),
    "question_in_use": (
        "去掉的题“{name}”在 {detail} 条记录里有答案；答案会保留，只在历史和导出里看得到",
        "The removed question “{name}” has answers in {detail} records; they stay, in history and exports",
    ),
    "choice_in_use": (
        "去掉的选项“{name}”在 {detail} 条记录里用着；记录不变，只是以后选不到",
        "The removed choice “{name}” is used in {detail} records; they stay, it can no longer be chosen",
    ),
    "answers_unfit": (
        "“{name}”换了题型，{detail} 条记录里的旧答案可能对不上",
        "“{name}” changed its type; old answers in {detail} records may not fit it",
    ),
    "column_lost": (
        "清单按“{name}”排序和筛选，新表没有题目填它",
        "Lists are sorted and filtered by “{name}”, and no question of the new form fills it",
    ),
    "guide_reads": (
        "十步、村情里要用到“{name}”，新表没有这道题；用它的数会停在旧记录上",
        "The ten steps and the village's numbers read “{name}”, which the new form does not ask; they stay with old records",
    ),
    "no_title": (
        "没有题目标为 title，清单里只显示表名",
        "No question is marked as title; lists show only the form's name",
    ),
    "bad_xform": ("转换结果不是有效的 XForm：{detail}", "The converted XForm is not valid: {detail}"),
}


@dataclass(eq=False)
class Refused(Exception):
    """One reason, with the place in the spreadsheet where it is known."""

    code: str
    name: str = ""
    detail: str = ""
    sheet: str | None = None
    row: int | None = None

    def line(self) -> dict[str, Any]:
        zh, en = SENTENCES[self.code]
        fill = {"name": self.name, "detail": self.detail}
        return {
            "code": self.code,
            "name": self.name,
            "detail": self.detail,
            "sheet": self.sheet,
            "row": self.row,
            "zh": zh.format(**fill),
            "en": en.format(**fill),
        }
