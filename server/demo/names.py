"""Names of people who do not exist: surnames by village, given names by generation and sex. Nothing is copied from a person."""

from __future__ import annotations

import random

#: Village → its surnames with their share in a hundred; the rest come from OTHERS. One name dominates, two are smaller.
SURNAMES: dict[str, tuple[tuple[str, int], ...]] = {
    "石桥村": (("杨", 60), ("罗", 16), ("赵", 10)),
    "柳湾村": (("孙", 46), ("柳", 20), ("刘", 12)),
    "云顶村": (("田", 52), ("冉", 18), ("李", 8)),
    "梨树坪村": (("黎", 44), ("张", 20), ("龙", 14)),
    "三岔河村": (("何", 40), ("唐", 24), ("谢", 10)),
    "枫树村": (("冯", 55), ("周", 14), ("曾", 10)),
    "白岩村": (("白", 38), ("陈", 24), ("向", 18)),
    "竹溪村": (("朱", 50), ("吴", 16), ("彭", 12)),
    "东坝村": (("董", 42), ("王", 22), ("郑", 12)),
    "老街村": (("李", 22), ("王", 20), ("宋", 18)),
    "杨家沟村": (("杨", 72), ("文", 10), ("江", 6)),
    "望月村": (("安", 40), ("任", 24), ("蒋", 12)),
    "黑石村": (("石", 58), ("卢", 16), ("马", 10)),
}
OTHERS = "李王张刘陈黄吴周徐胡朱高林郭梁谢唐许邓曹曾彭肖田潘袁蔡余杜叶程苏魏吕丁任沈姚卢姜钟谭汪范金廖夏方石熊"

#: Generation names (字辈) of men, the eldest first: born before 1950, 1950s–60s, 1970s–80s.
GENERATIONS = ("德仕光正", "昌永明世", "代建国文")
_MEN_OLD = "贵明林福才光盛富财华荣清安忠义良发顺祥禄寿全海山田根泉生成云学礼智信和平正直朝兴维久万有奎银乾坤"
_MEN_MIDDLE = "军平刚勇强华伟民东辉兵国海峰林波飞涛斌松洪权进兴友"
_MEN_YOUNG = (
    "浩", "俊", "杰", "凯", "鑫", "磊", "鹏", "旭", "志豪", "俊杰", "宇航", "嘉豪", "浩然", "天佑", "子轩", "子豪",
    "宇轩", "一鸣", "博文", "思源", "家乐", "小龙", "小军", "文杰", "明宇", "泽宇", "锦程", "瑞阳",
)  # fmt: skip
_WOMEN_OLD = (
    "秀兰", "桂芳", "玉珍", "秀英", "永芬", "桂英", "素珍", "菊香", "正芬", "国秀", "光秀", "德芬", "玉兰", "翠英",
    "金花", "明珍", "仕珍", "代珍", "昌秀", "素芳", "世芬", "顺珍", "长英", "先芝", "登秀", "孝芬",
)  # fmt: skip
_WOMEN_MIDDLE = (
    "丽", "艳", "红梅", "小琴", "海燕", "春梅", "晓芳", "玉梅", "丽华", "小英", "国芬", "忠琴", "代桂", "明霞", "群芳",
    "建芬", "永琴", "雪梅", "彩霞", "春燕", "金凤", "银凤", "会琴", "光琼", "世琼", "远芳",
)  # fmt: skip
_WOMEN_YOUNG = (
    "小雨", "欣怡", "雨桐", "思雨", "梦瑶", "佳怡", "子涵", "雅婷", "雨欣", "诗涵", "梓萱", "可欣", "静", "婷", "倩",
    "洁", "慧", "蕾", "小燕", "小玲", "晓雪", "语嫣", "若曦", "佳慧", "依诺", "甜甜",
)  # fmt: skip


def surname(dice: random.Random, village: str) -> str:
    roll = dice.randrange(100)
    for name, share in SURNAMES.get(village, ()):
        roll -= share
        if roll < 0:
            return name
    return dice.choice(OTHERS)


def given(dice: random.Random, gender: str, born: int) -> str:
    """A given name as people of that age and sex have it."""
    if gender == "male":
        return _of_man(dice, born)
    if born < 1964:
        return dice.choice(_WOMEN_OLD)
    return dice.choice(_WOMEN_MIDDLE if born < 1992 else _WOMEN_YOUNG)


def _of_man(dice: random.Random, born: int) -> str:
    if born >= 1992:
        return dice.choice(_MEN_YOUNG)
    generation = GENERATIONS[0 if born < 1951 else 1 if born < 1970 else 2]
    last = dice.choice(_MEN_OLD if born < 1970 else _MEN_MIDDLE)
    return dice.choice(generation) + last
