"""Projects of the demo as they are written in an application: what is built, what it costs, who gains."""

from __future__ import annotations

from dataclasses import dataclass

#: kind, name, quantity, unit, price
Line = tuple[str, str, float, str, float]


@dataclass(frozen=True)
class Scheme:
    name: str
    type: str
    nature: str
    site: str
    content: str
    scale: str
    reason: str
    lines: tuple[Line, ...]
    #: source and its share in a hundred of the budget
    funds: tuple[tuple[str, int], ...]
    #: share of the village's households that gain, in a hundred
    gain: int
    mechanism: tuple[str, ...]
    pros: str = ""
    cons: str = ""
    risk: tuple[str, str] = ("", "")


COLD_STORE = Scheme(
    "高山蔬菜冷库", "industry", "new", "二组晒坝旁", "新建预冷和保鲜冷库一座，配套变压器和装卸台。", "300 立方米", "蔬菜当天卖不完就坏，冷链车进村少，村民意见集中。",
    (("civil", "库体基础和地坪", 260, "平方米", 620), ("equipment", "库板和制冷机组", 300, "立方米", 1480), ("equipment", "变压器和线路", 1, "项", 118_000), ("design", "勘察设计监理", 1, "项", 38_800), ("management", "项目管理费", 1, "项", 12_000), ("reserve", "预备费", 1, "项", 86_000)),
    (("central_linkage", 60), ("county", 23), ("collective", 17)), 27, ("order", "wage", "dividend"),
    "海拔高，蔬菜比坝区晚上市一个月，价好。", "量还不齐，一天装不满一车。", ("卖不掉", ""),
)  # fmt: skip
SCHEMES = (
    Scheme("{g}通组路硬化", "infrastructure", "new", "{g}到晒坝", "硬化路面，做边沟和涵管。", "长 620 米、宽 3.5 米", "雨天进不了三轮，老人看病靠背。",
           (("civil", "路基和路面", 2170, "平方米", 88), ("civil", "边沟", 620, "米", 65), ("design", "设计监理", 1, "项", 9600)), (("provincial_linkage", 70), ("county", 20), ("villagers", 10)), 14, ("public", "wage")),
    Scheme("饮水巩固提升", "livelihood", "rebuilt", "三个组的水池和主管", "新建取水池，更换破裂管道，装水表。", "主管 1.8 公里、水池 30 立方米", "枯水期断水，最远一户提水四里。",
           (("civil", "蓄水池", 30, "立方米", 1250), ("materials", "PE 主管", 1800, "米", 24), ("labour", "人工安装", 210, "工", 150)), (("industry_dept", 80), ("collective", 20)), 32, ("public",)),
    Scheme("{c}标准化基地", "industry", "new", "后山缓坡", "整地、灌溉、育苗，统一管护。", "120 亩", "老户有种的习惯，缺统一标准。",
           (("land", "流转租金", 120, "亩", 400), ("seedling", "种苗", 9600, "株", 12), ("labour", "用工", 420, "工", 130), ("training", "培训", 4, "场", 3000)), (("central_linkage", 65), ("county", 15), ("collective", 20)), 22, ("wage", "land_rent", "dividend"),
           "本地口碑好，老客户固定。", "管护水平参差，年份有大小年。", ("冻害", "买农业保险，低洼处不种。")),
    Scheme("村集体加工点", "collective", "new", "旧校舍", "改造旧校舍，购置清洗、分级、包装设备。", "420 平方米", "旧校舍空了六年，{c}一直卖原货。",
           (("civil", "厂房改造", 420, "平方米", 360), ("equipment", "清洗分级线", 1, "套", 186_000), ("equipment", "电力增容", 1, "项", 42_000)), (("central_linkage", 55), ("dispatch_unit", 20), ("collective", 25)), 25, ("wage", "order", "dividend"),
           "卖加工品比卖原货一斤多两角。", "用工集中在两个月。", ("租户退租", "租金先付一年，押金一个季度。")),
    Scheme("污水和厕所改造", "environment", "rebuilt", "主沟沿线", "敷设污水管，改水冲厕所，建小型处理池。", "改厕 46 户", "雨天臭水进院，河边有异味。",
           (("civil", "污水管", 980, "米", 190), ("materials", "改厕", 46, "户", 1800)), (("county", 60), ("collective", 25), ("villagers", 15)), 12, ("public",)),
    Scheme("文化广场和路灯", "culture", "extended", "村部旁", "硬化场地，装路灯和体育器材。", "600 平方米、路灯 24 盏", "晚上没有灯，跳舞在公路边，危险。",
           (("civil", "场地硬化", 600, "平方米", 82), ("equipment", "路灯", 24, "盏", 1900)), (("dispatch_unit", 45), ("collective", 35), ("social", 20)), 40, ("public",)),
    Scheme("防汛护坡和排水", "infrastructure", "new", "学堂坡", "浆砌片石护坡，排水沟一条。", "护坡 210 立方米", "每年汛期掉石头，坡下有四户。",
           (("civil", "护坡", 210, "立方米", 460), ("civil", "排水沟", 130, "米", 120)), (("provincial_linkage", 80), ("county", 20)), 6, ("public",)),
    Scheme("幸福食堂", "livelihood", "new", "村部一楼", "改造厨房和餐厅，添置消毒柜和餐桌。", "60 人用餐", "独居老人多，一顿饭吃两天。",
           (("civil", "厨房改造", 120, "平方米", 420), ("equipment", "灶具和消毒柜", 1, "套", 26_000)), (("county", 50), ("social", 20), ("collective", 30)), 9, ("service",)),
    Scheme("林下土鸡养殖点", "industry", "new", "后山杉木林", "搭建鸡舍和围网，分批放养。", "一批 3000 只", "几户自己养过，成活率高，缺销路。",
           (("materials", "围网和鸡舍", 1, "项", 86_000), ("seedling", "鸡苗", 3000, "只", 9), ("training", "防疫培训", 2, "场", 2500)), (("county", 60), ("collective", 40)), 8, ("order", "training"),
           "城里有固定买家。", "一发病就是一批。", ("疫病", "分棚分批，请镇兽医建档。")),
)  # fmt: skip
UPSTREAM = (("种苗", "县供销社", "每年三月定"), ("肥料和农膜", "镇农资店", "合作社统一买"), ("技术", "县农技推广站", "一季来一次"), ("包装", "县城纸箱厂", "量小，价高一点"))
DOWNSTREAM = (("批发", "镇农贸市场", "早上六点前到"), ("食堂", "县学校食堂", "要检测报告"), ("企业", "加工厂", "看收购价"), ("线上", "在外老乡的店", "量不大，价好"))
PARTNERS = (("township", "镇农业农村服务中心", "报批和验收"), ("county", "县农业农村局", "立项和资金"), ("society", "供销社", "联系买家"), ("village", "村股份经济合作社", "实施和管护"))
