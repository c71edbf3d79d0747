"""What a cadre writes after knocking at a door: short, uneven, in their own words. {…} is filled from the household.

{call} how the head is spoken of · {ill} who is ill and of what · {child} a grown child away · {kid} a pupil of the house ·
{crop} {stock} what they grow and keep · {city} where the child works · {n} a small number · {month} {next} a month just past and
the next one · {other} a neighbour
"""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """`needs` is a tag of the home; topics as in cl_visit_topic; `months` from and to, in which it can be said."""

    needs: str
    purpose: str
    topics: tuple[str, ...]
    text: str
    months: tuple[int, int] = (1, 12)

    def fits(self, month: int) -> bool:
        first, last = self.months
        return first <= month <= last if first <= last else month >= first or month <= last


FACTS: tuple[Line, ...] = (
    Line("couple", "routine", (), "老两口在家，精神还好。{child}说过年才回来。", (9, 12)),
    Line("couple", "routine", ("medical",), "老两口都在。{ill}，药按时在吃，镇卫生院开的。"),
    Line("couple", "routine", (), "正在院坝晒{crop}，坐下聊了半个钟头。说今年收成比去年好一点。", (8, 11)),
    Line("couple", "routine", ("industry",), "坡上的地种不动了，想把远处那{n}块流转出去，没人接。", (9, 3)),
    Line("couple", "festival", (), "送了米和油。{call}说政策好，就是想{child}常回来看看。", (12, 2)),
    Line("couple", "followup", (), "上次说的事问过了，当面讲清楚，{call}认可。"),
    Line("alone", "routine", (), "一个人在家，灶头收拾得干净。嘱咐少用柴火，烟囱口清了。", (10, 3)),
    Line("alone", "routine", (), "{call}耳朵背，要大声说。手机不会用，紧急电话写在墙上了。"),
    Line("alone", "routine", ("medical",), "{call}一个人，{ill}。同组{other}隔天去看一眼。"),
    Line("alone", "safety", ("housing",), "看了电线和灶台，插线板老化，当场换了一个。"),
    Line("alone", "festival", (), "送了棉被。{call}一直留吃饭，没有留。", (11, 2)),
    Line("alone", "routine", (), "柴火够烧到{next}。水缸是满的，{other}帮着挑的。", (10, 2)),
    Line("old", "policy", ("policy",), "讲了养老认证，不用跑镇上，用我手机当场做完了。"),
    Line("old", "policy", ("policy", "medical"), "讲了明年医保缴费，说等{child}打钱回来就缴。", (9, 12)),
    Line("old", "routine", ("water",), "家里只有老人，水管接头渗水，叫水管员老{other_family}明天来拧。"),
    Line("old", "routine", (), "在屋头看电视。问到路灯，说装了以后夜里敢出门了。"),
    Line("old", "safety", (), "讲了防火，红薯窖口盖了石板，秸秆不烧。", (9, 12)),
    Line("old", "safety", ("other",), "说有人打电话讲养老金要升级，没有给验证码。又讲了一遍防诈骗。"),
    Line("child_away", "routine", ("employment",), "{child}在{city}，厂里今年加班少，一个月拿四千多。"),
    Line("child_away", "routine", ("employment",), "{child}今年换了厂，从{city}打电话来说工资按时发。"),
    Line("child_away", "routine", ("employment",), "问起{child}，说想回来找点事做，让我留意镇上招工。"),
    Line("child_away", "monitor", ("employment",), "收入主要靠{child}务工，一年寄回两万上下，没有断过。"),
    Line("child_away", "survey", (), "核对了外出务工：{child}，{city}，{month}走的。"),
    Line("pupil", "routine", ("education",), "{kid}周末在家写作业，成绩中等，说想考县一中。"),
    Line("pupil", "routine", ("education",), "{kid}住校，一周回来一次，生活费一周六十。营养午餐在享受。"),
    Line("pupil", "policy", ("education", "policy"), "讲了助学补贴，材料缺户口本复印件，下次带来。"),
    Line("pupil", "followup", ("education",), "上次说校车停得早，问了学校，{month}起晚十分钟发车。{kid}说赶得上了。"),
    Line("pupil", "routine", ("education",), "{kid}手机玩得多，奶奶管不住。和班主任通了电话，说好周日查作业。"),
    Line("ill", "monitor", ("medical",), "{ill}，{month}住院花了{n}千多，报销后自己出一千二。暂时不影响生活。"),
    Line("ill", "routine", ("medical",), "{ill}，天冷又重了。劝去镇卫生院看看，说等赶场天。", (11, 3)),
    Line("ill", "policy", ("medical", "policy"), "{ill}，够慢病门诊条件，还没办卡。申请表下次带来。"),
    Line("ill", "followup", ("medical",), "从县医院回来{n}天了，{ill}，能下地走动。"),
    Line("ill", "monitor", ("medical",), "防返贫排查：{ill}，医保都参了，支出没超过警戒线，继续看着。"),
    Line("ill", "routine", ("medical",), "说药吃完了不想再买。讲清楚不能自己停药，约好周五一起去卫生室。"),
    Line("disabled", "policy", ("policy", "medical"), "残疾证要到期了，讲了换证要带的材料，残联{next}下乡办。"),
    Line("disabled", "routine", (), "护理补贴到账正常。轮椅一个轮子不灵，报给镇残联登记了。"),
    Line("disabled", "followup", (), "轮椅换好了，{call}能自己推到院坝头晒太阳。"),
    Line("crop", "routine", ("industry",), "{crop}刚收完，价钱一斤比去年低两角，还有{n}百斤没卖。", (8, 11)),
    Line("crop", "field", ("industry",), "在地头碰到，正在给{crop}打药。提醒看好用量，空瓶子收回来。", (4, 8)),
    Line("crop", "routine", ("industry",), "想明年多种{n}亩{crop}，问有没有苗子补助。", (8, 12)),
    Line("crop", "project", ("industry",), "问了冷库的事，赞成，愿意把{crop}卖给合作社，就怕价格压得低。", (6, 12)),
    Line("crop", "routine", ("industry",), "{crop}被野猪拱了一片，拍给林业站看了，等来人核。", (7, 10)),
    Line("crop", "policy", ("policy", "industry"), "种粮补贴查了，{month}已经打到一卡通，{call}没收到短信，回头去信用社打明细。"),
    Line("crop", "routine", ("industry",), "雨水多，{crop}烂根，农业中心的技术员约了后天来看。", (5, 8)),
    Line("crop", "safety", (), "地边的机耕道塌了一个口子，提醒走里侧。"),
    Line("stock", "routine", ("industry",), "养了{stock}，长得好，年前出栏。防疫针打过了。", (6, 12)),
    Line("stock", "routine", ("industry",), "{stock}死了{n}只，埋在后坡。讲了病死的要报，不能丢河里。"),
    Line("stock", "routine", ("industry",), "圈舍漏雨，想问有没有修缮补助，答应去农业中心打听。"),
    Line("stock", "policy", ("policy", "industry"), "讲了产业奖补：{stock}够数的可以报，要有照片和防疫记录。"),
    Line("stock", "routine", ("industry",), "说饲料又涨价，{stock}不打算多养了。"),
    Line("spring", "routine", ("water",), "吃的是山泉水，枯水期断过，最近下雨水够用。", (4, 10)),
    Line("spring", "survey", ("water",), "看了水源点，盖板还在，周围干净。水样镇里{month}取过。"),
    Line("spring", "followup", ("water",), "上次说水浑，沉淀池清了以后好多了。"),
    Line("spring", "problem", ("water",), "{n}户共用一根管，早晚水小。和{other}家商量错开用水。"),
    Line("old_house", "safety", ("housing",), "下雨过后看了房子，后墙那条缝没有变大，贴了纸条做记号。", (4, 9)),
    Line("old_house", "routine", ("housing",), "老房子瓦片松了，说等农闲请人翻。人都住在前屋。", (3, 9)),
    Line("old_house", "survey", ("housing",), "房屋鉴定说是B级，能住。{call}想改厨房，问要不要审批。"),
    Line("old_house", "monitor", ("housing",), "住房看过，屋梁有虫，不影响安全，记下明年列入维修。"),
    Line("dibao", "monitor", ("policy",), "低保按月到账。家里情况没有大变化，够条件。"),
    Line("dibao", "policy", ("policy",), "低保复核的表讲清楚了，要{child}的收入证明，让发微信过来。"),
    Line("dibao", "followup", ("policy",), "低保复核过了，告诉了{call}，金额不变。"),
    Line("out_of_poverty", "monitor", ("employment",), "脱贫后收入稳，今年在镇上做零工，一天一百三。"),
    Line("out_of_poverty", "monitor", (), "三保障都看了一遍，没有问题。收入算下来人均一万五左右。"),
    Line("out_of_poverty", "policy", ("policy",), "讲了小额信贷，暂时不想贷，怕还不上。"),
    Line("out_of_poverty", "routine", ("employment",), "公益岗还在做，每天扫主路到桥头，一个月八百。"),
    Line("monitored", "monitor", ("medical", "policy"), "监测户月访：{ill}，报销已到，最近没有新的大开支。"),
    Line("monitored", "monitor", ("employment", "policy"), "监测户月访：帮忙联系的活路干了{n}天，人还在干。"),
    Line("monitored", "followup", ("policy",), "帮扶措施对了一遍，两项落实，一项还在等县里。"),
    Line("monitored", "monitor", (), "收入、看病、上学、住房、饮水都问了，风险还在，先不消。"),
    Line("tekun", "routine", (), "供养金到账。被子晒了，米还有半袋，药够吃到月底。"),
    Line("tekun", "routine", ("medical",), "劝去敬老院过冬，{call}说舍不得老屋，再等等。", (10, 12)),
    Line("party", "party", ("party",), "和老党员聊了支部的事，说主题党日可以放到院坝开，来的人多。"),
    Line("party", "party", ("party",), "流动党员这季度还没来信，让家里人提醒一声。"),
    Line("party", "project", ("party", "industry"), "老党员说修路要先把占地说定，不然动了工扯皮。"),
    Line("any", "routine", (), "都在家，没有什么难处。"),
    Line("any", "routine", (), "路过进去坐了一下，一家人在吃饭，都好。"),
    Line("any", "routine", (), "在坝子里剥苞谷，边剥边聊。说今年雨水好。", (8, 10)),
    Line("any", "first", (), "第一次去。认了门，留了电话，说有事打给我。"),
    Line("any", "first", ("other",), "第一次上门，先听他们讲。问得最多的是路和水。"),
    Line("any", "policy", ("policy",), "讲了医保缴费和截止日子，一家{n}口都缴。", (9, 12)),
    Line("any", "policy", ("policy",), "发了明白纸，主要讲残疾补贴和临时救助怎么申请。"),
    Line("any", "safety", (), "查了电和火。院坝堆的柴离灶房太近，说好这两天搬。"),
    Line("any", "safety", (), "防汛挨家通知，屋后排水沟是通的，转移路线讲了一遍。", (4, 8)),
    Line("any", "survey", (), "核对户情，人口和电话有变，当场改了。"),
    Line("any", "survey", (), "普查表填完，房子面积和去年一样。"),
    Line("any", "dispute", ("dispute",), "为排水的事和{other}家闹了几句，两家分别听了，约周末一起到现场看。"),
    Line("any", "dispute", ("dispute",), "地边的树挡光，{other}家答应砍两棵，这边也认。"),
    Line("any", "followup", ("dispute",), "上回和{other}家的事没有再吵，见面说话了。"),
    Line("any", "followup", (), "回访，上次反映的事情办好了，本人说可以。"),
    Line("any", "problem", ("other",), "来看反映的路面，确实有{n}处坑，拖拉机过不好走。"),
    Line("any", "project", ("industry",), "征求修产业路的意见，愿意让出路边半分地，要先看图。"),
    Line("any", "routine", ("other",), "想在门前装个路灯，说晚上看不见坎。"),
    Line("any", "routine", ("other",), "说垃圾桶离得远，老人走不动，希望桥头再放一个。"),
    Line("any", "routine", ("employment",), "打算年后出去，问镇上有没有焊工培训。", (10, 12)),
    Line("any", "routine", (), "刚从街上回来，说场上菜价贵了。家里一切正常。"),
)

ABSENT: tuple[str, ...] = (
    "敲门没人，邻居说去镇上赶场了。", "门锁着，{other}说到女儿家去了，过两天回来。", "没人在家，牛还拴在圈里，应该在坡上。", "去了两次都没碰上，打电话没接。",
    "没人。门口留了张条子。", "下地去了，改天再来。", "", "",
)  # fmt: skip
REFUSED: tuple[str, ...] = (
    "站在门口说了两句，不愿多谈。", "还在为前年征地的事有气，不肯坐下来说。先不逼他。", "说没空，把门关了。过段时间再来。", "说来了几拨人都没办成，不想再说。",
)  # fmt: skip
PHONED: tuple[str, ...] = (
    "电话打通了，人在{city}，家里都好。", "电话里说年前回来，房子托{other}看着。", "微信上回的，医保已经在厂里参了。", "电话讲了补贴的事，让发身份证照片时打码。",
)  # fmt: skip
OPINIONS: tuple[str, ...] = (
    "希望路灯多装几盏。", "觉得垃圾清得不够勤。", "说村里开会通知太晚。", "建议把晒坝铺平，秋天大家都用得上。", "希望多开技术培训，别光发书。",
    "说桥头栏杆要早点修。", "建议水费一个季度收一次。", "希望快递能送到村里。", "觉得低保名单公示贴得太高看不清。", "建议活动室晚上也开门。",
    "希望修路先修到组上，再修到坡上。", "说合作社的账要贴出来。",
)  # fmt: skip
WISHES: tuple[str, ...] = (
    "水压太小，早上接不满一桶", "屋后水沟堵了", "门口路灯不亮", "医保报销不会弄", "想给孩子找个暑假工", "想问危房改造还有没有名额", "耕地补贴少了一块地",
    "手机信号不好，电话老断", "机耕道塌了一个口子", "残疾证想换新的", "想贷点款买牛", "公路边没护栏，娃娃上学怕",
)  # fmt: skip
DONE: tuple[str, ...] = (
    "当场换了一个插线板。", "用手机帮忙做了养老认证。", "帮忙把医保缴了。", "把药的用法写大字贴在柜子上。", "打电话问了信用社，一卡通没有冻结。", "帮忙预约了县医院的号。",
)  # fmt: skip
#: what was promised · how many days it usually takes
PROMISES: tuple[tuple[str, int], ...] = (
    ("问慢病门诊怎么办", 7), ("带医保缴费单", 5), ("问危房改造名额", 14), ("找水管员来看水管", 3), ("问耕地补贴少的那块地", 10), ("带残疾证换证表", 14),
    ("问镇上招工的电话", 7), ("帮忙查养老金到没到", 5), ("叫电工来看路灯", 6), ("问圈舍修缮有没有补助", 10), ("把助学补贴的表带来", 7), ("约农技员来看虫", 4),
    ("问小额信贷的条件", 9), ("去学校问校车时间", 6), ("把公示名单念给他听", 3), ("带一份合同样本", 8),
)  # fmt: skip
