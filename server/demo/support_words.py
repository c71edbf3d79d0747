"""What is asked for outside a village of the demo, what comes in, and what is done for people."""

from __future__ import annotations

from dataclasses import dataclass

#: kind, field, what, yuan (0: nothing in money)
Ask = tuple[str, str, str, int]


@dataclass(frozen=True)
class Talk:
    level: str
    summary: str
    asks: tuple[Ask, ...]
    advice: str
    #: of the county, whose people one meets
    unit: str = ""


CONSULTATIONS = (
    Talk("township", "向包村领导说了走访情况和三件要紧事", (("project", "infrastructure", "三组水池和主管道维修", 86_000), ("force", "party", "镇里派人帮理党员台账", 0)), "先保饮水，再谈产业。"),
    Talk("own_unit", "回单位汇报村情，说了缺什么", (("funds", "livelihood", "慰问监测户和独居老人", 12_000), ("resource", "party", "旧电脑六台、书一批", 0)), "单位能做的先做，别等项目。"),
    Talk("dept", "找农业农村局说柑橘和{key}", (("project", "industry", "{key}进项目库", 516_000), ("expert", "industry", "农艺师一季来一次", 0)), "先把租户找好再报。", "农业农村局"),
    Talk("county", "向分管副县长汇报驻村半年", (("policy", "industry", "{key}县级配套", 200_000), ("funds", "infrastructure", "通组路最后一公里", 350_000)), "项目要少而成，抓住一个。"),
    Talk("native", "和在外老乡视频，说村里变化", (("resource", "industry", "在东莞的档口代卖脐橙", 0), ("funds", "livelihood", "捐路灯十盏", 28_000)), "先把质量做齐，不怕没人买。"),
    Talk("dept", "找水务局看枯水期断水", (("project", "livelihood", "新水源和蓄水池", 240_000),), "先做水量测算。", "水务局"),
    Talk("dept", "找残联办辅具和护理", (("resource", "livelihood", "轮椅四台、助听器两副", 0),), "名单按证来，缺证的先办证。", "残疾人联合会"),
    Talk("society", "请加工厂老板来看原料", (("resource", "industry", "订单收购辣椒 20 吨", 0), ("expert", "industry", "派技术员教采收标准", 0)), "价格跟行情走，保底要写进合同。"),
    Talk("township", "和镇长对了项目和占地", (("policy", "infrastructure", "便道占地按设施农用地办", 0),), "占地先公示。"),
    Talk("dept", "找教育局说早班车和营养餐", (("resource", "livelihood", "早班车恢复一趟", 0),), "学生名单核准了再报。", "教育局"),
    Talk("own_unit", "请单位食堂买村里的菜", (("resource", "industry", "单位食堂每周订菜", 30_000),), "先供两个月，看质量。"),
    Talk("dept", "找林业局问公益林补偿怎么算", (("policy", "livelihood", "核对公益林面积", 0),), "面积以林权证为准。", "林业局"),
    Talk("county", "在县里开会，说了三件共性问题", (("policy", "other", "村级活动经费口子", 0),), "写成材料交上去。"),
    Talk("native", "在外做事的党员回乡，坐了一晚", (("funds", "party", "修活动室资助", 8_000), ("expert", "industry", "教直播卖货两天", 0)), "年轻人要有事做才留得住。"),
    Talk("dept", "找医保局核对断缴名单", (("policy", "livelihood", "断缴补缴按新规办", 0),), "先把电话打通。", "医疗保障局"),
    Talk("township", "汇报防返贫排查结果", (("project", "livelihood", "两户危房改造", 42_000),), "先入户，再会审。"),
)
#: What is known of the key project of the picture.
SETTLED = {"{key}进项目库": "arrived", "{key}县级配套": "promised"}
#: what, kind, yuan, used for
SUPPORTS = (
    ("旧电脑六台", "goods", 9_000, "村部便民点和图书室各三台。"), ("慰问米油三十份", "goods", 4_500, "给监测户和独居老人。"), ("单位采购柑橘", "consumption", 26_000, "卖了四千斤。"),
    ("义诊一天", "people", 0, "看了五十多人，查出血压高的十一人。"), ("助学金", "funds", 6_000, "资助三名高中生。"), ("路灯十盏", "goods", 28_000, "装在背街。"),
    ("防火工具一批", "goods", 5_200, "放在护林员家里。"), ("农技培训两场", "technique", 0, "讲剪枝和用药。"), ("体育器材一套", "goods", 18_000, "装在广场。"), ("村部维修款", "funds", 60_000, "补漏、刷墙、换门窗。"),
)


@dataclass(frozen=True)
class Deed:
    title: str
    kind: str
    field: str
    #: households that gain, from and to
    homes: tuple[int, int]
    result: str
    #: yuan from and to, or nothing
    money: tuple[int, int] | None = None
    source: str = ""


DEEDS = (
    Deed("{g}水池清洗消毒", "service", "water", (18, 60), "水清了，管理员每月洗一次。", (1200, 4000), "collective"),
    Deed("更换{g}破裂水管", "infrastructure", "water", (6, 40), "不漏了，水压上来了。", (2000, 9000), "dispatch_unit"),
    Deed("装路灯 {n} 盏", "infrastructure", "streetlight", (6, 20), "夜里走路有光。", (12_000, 60_000), "social"),
    Deed("集中办慢病门诊证", "medical", "health", (6, 30), "镇里来人，一天办完。"),
    Deed("帮老人补办医保缴费", "policy", "health", (4, 26), "断缴的补上了。"),
    Deed("送学生去县医院看眼睛", "care", "children", (1, 3), "配了眼镜，回学校了。", (600, 2400), "dispatch_unit"),
    Deed("慰问独居老人 {n} 户", "care", "elderly", (8, 30), "米油和被子送到家。", (2000, 8000), "dispatch_unit"),
    Deed("清理{g}背街沟渠", "environment", "garbage", (10, 45), "沟通了，没有臭水。"),
    Deed("设垃圾收集点 {n} 处", "environment", "garbage", (3, 8), "定点收，少了乱倒。", (3000, 12_000), "collective"),
    Deed("介绍务工 {n} 人", "job", "employment", (3, 15), "去了县城工地和加工厂。"),
    Deed("组织到外县看柑橘管理", "tour", "industry", (12, 26), "回来改了剪枝。", (2000, 9000), "industry_dept"),
    Deed("找回少发的耕地补贴", "policy", "other", (3, 12), "镇财政所重算，补齐了。"),
    Deed("办危房改造 {n} 户", "policy", "housing", (2, 3), "验收完，住进去了。", (40_000, 90_000), "county"),
    Deed("申请临时救助 {n} 户", "policy", "other", (2, 8), "钱打到卡上了。"),
    Deed("争取冷链车每周来一次", "service", "industry", (20, 90), "蔬菜卖得出，路上坏得少。"),
    Deed("帮卖滞销柑橘", "funds", "industry", (9, 40), "单位食堂和老乡群里卖了四千斤。"),
    Deed("修晒坝裂缝", "infrastructure", "industry", (15, 60), "秋收用上了。", (4000, 15_000), "collective"),
    Deed("调解{g}两家排水纠纷", "mediation", "other", (2, 3), "沟改了道，两家签了字。"),
    Deed("办农民识字和手机班", "education", "education", (10, 40), "会用语音和打视频了。"),
    Deed("给 {n} 户接通自来水", "service", "water", (3, 15), "不用再挑水。", (3000, 15_000), "collective"),
    Deed("送轮椅和助听器", "care", "health", (2, 6), "出门方便了。"),
    Deed("补路面坑洼 {n} 处", "infrastructure", "roads", (4, 16), "摩托好走了。", (5000, 26_000), "collective"),
    Deed("村部装无线网", "service", "culture", (40, 120), "周末有孩子来写作业。", (2000, 5000), "dispatch_unit"),
    Deed("端午看望退役军人", "care", "other", (6, 18), "问了身体和困难。"),
    Deed("办残疾证 {n} 人", "service", "health", (3, 12), "县残联来村里，一天办好。"),
    Deed("换活动室门窗", "infrastructure", "culture", (60, 200), "冬天不漏风。", (6000, 18_000), "villagers"),
    Deed("请来电商老师讲两天", "education", "industry", (7, 20), "开了三个小店。"),
    Deed("给中小学生送雨衣", "care", "children", (20, 60), "冬雨天上学不湿。", (1500, 4000), "social"),
    Deed("申请公益岗 {n} 个", "job", "employment", (2, 6), "打扫和护林，按月发钱。"),
    Deed("帮种植大户办小额信贷", "funds", "industry", (2, 6), "钱到账，春耕用上了。"),
)
