"""Every feature of a customer, read top to bottom: its name, its kind, and the words of a reason."""

from projections.views.churn.class_features import PREFIX
from projections.views.churn.model import Feature


def _number(name: str, name_en: str, name_zh: str, reason_en: str, reason_zh: str) -> Feature:
    return Feature(
        name=name, kind="number", name_en=name_en, name_zh=name_zh, reason_en=reason_en, reason_zh=reason_zh
    )


def _category(name: str, name_en: str, name_zh: str, reason_en: str, reason_zh: str) -> Feature:
    return Feature(
        name=name, kind="category", name_en=name_en, name_zh=name_zh, reason_en=reason_en, reason_zh=reason_zh
    )


FEATURES: tuple[Feature, ...] = (
    _number("tenure_months", "whole months since registration", "入网月数", "time as a customer", "在网时长"),
    _number("contracts", "running contracts", "在用合约数", "number of contracts", "合约数"),
    _category(
        "contract_product",
        "product of the contract that ends next",
        "合约产品",
        "kind of contract",
        "合约类型",
    ),
    _category("contract_bundle", "bundle of the contract that ends next", "捆绑方式", "bundle", "捆绑"),
    _number(
        "contract_term_months",
        "months that the contract is for",
        "合约期月数",
        "length of the contract",
        "合约期长",
    ),
    _number(
        "contract_ends_in_days",
        "days until the contract ends",
        "距合约到期天数",
        "contract ending",
        "合约到期",
    ),
    _number(
        "spend_last_month", "spend of the last month told", "最近一月消费", "last month's spend", "上月消费"
    ),
    _number(
        "spend_mean", "mean monthly spend of three months", "近三月月均消费", "level of spend", "消费水平"
    ),
    _number(
        "spend_trend",
        "last month's spend over the mean of six months before",
        "消费趋势",
        "spend falling",
        "消费下降",
    ),
    _number(
        "volume_trend",
        "last month's use over the mean of six months before",
        "用量趋势",
        "usage falling",
        "用量下降",
    ),
    _number("balance", "account balance last told", "账户余额", "account balance", "账户余额"),
    _number(
        "months_since_usage",
        "calendar months since the last use that was paid for",
        "距上次消费月数",
        "silence in use",
        "使用沉默",
    ),
    _category("plan", "plan of the last month told", "套餐", "plan", "套餐"),
    _category("usage_channel", "channel of the last month told", "使用渠道", "channel of use", "使用渠道"),
    _number(
        "days_since_contact",
        "days since the customer's last word within a year",
        "距上次来访天数",
        "silence",
        "沉默",
    ),
    _number("calls_90_days", "inbound calls in 90 days", "近90天呼入次数", "calls", "来电"),
    _number(
        "cancellations_90_days",
        "requests to cancel in 90 days",
        "近90天退订申请数",
        "asked to cancel",
        "申请退订",
    ),
    _number(
        "complaints_open",
        "complaints of a year that are open",
        "未结投诉数",
        "complaint unresolved",
        "投诉未解决",
    ),
    _number("complaints_90_days", "complaints in 90 days", "近90天投诉数", "recent complaints", "近期投诉"),
    _number(
        "complaints_365_days", "complaints in 365 days", "近一年投诉数", "complaints of a year", "一年内投诉"
    ),
    _number(
        "satisfied_share", "share of satisfied ratings in 365 days", "近一年满意占比", "ratings", "满意度评价"
    ),
    _number(
        "dissatisfied_open",
        "dissatisfactions of a year not put right",
        "未修复的不满意数",
        "dissatisfaction",
        "不满意未修复",
    ),
    _number(
        "dissatisfied_365_days",
        "dissatisfactions in 365 days",
        "近一年不满意数",
        "dissatisfactions of a year",
        "一年内不满意",
    ),
    _number(
        "contacts_90_days", "outbound contacts in 90 days", "近90天外呼次数", "outbound contacts", "外呼接触"
    ),
    _number("warnings_90_days", "early warnings in 90 days", "近90天预警数", "early warnings", "预警"),
    _number("points_balance", "points that can be redeemed or are pending", "积分余额", "points", "积分"),
    _number(
        "points_lapsing_90_days",
        "points that lapse within 90 days",
        "90天内到期积分",
        "points about to lapse",
        "积分即将到期",
    ),
    _category("member_tier", "tier of the membership", "会员等级", "tier", "会员等级"),
    _number(
        "purchase_count", "months with a purchase after the first", "复购月数", "repeat purchases", "复购"
    ),
    _number(
        "purchase_recency_days",
        "days from the first to the last month with a purchase",
        "首末次购买间隔天数",
        "last purchase",
        "最近购买",
    ),
    _number(
        "purchase_age_days",
        "days since the first month with a purchase",
        "首次购买距今天数",
        "time since the first purchase",
        "首次购买时间",
    ),
)
"""What every organisation's facts may tell; a class in a scheme is one more: `class_feature`."""

BY_NAME = {feature.name: feature for feature in FEATURES}


def class_feature(name: str) -> Feature:
    """The feature of a scheme, `class_<scheme>`, by the organisation's own name of it.

    The signs by which reasons are told apart, `=` and `,`, are left out of its words.
    """
    scheme = name.removeprefix(PREFIX).translate(str.maketrans("_=,", "   "))
    return _category(name, f"class in the scheme {scheme}", f"{scheme}分类", scheme, scheme)


def feature_named(name: str) -> Feature:
    """The feature of that name; one that is no known feature is a scheme's."""
    return BY_NAME.get(name) or class_feature(name)
