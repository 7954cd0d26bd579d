"""The arithmetic of a verdict, printed with real dates and numbers, and durations in words.

:data:`ARITHMETIC` has one template a gate kind, for an act whose date is entered, and variants where the same kind
is counted in another way. :data:`ARITHMETIC_WAITING` has the templates for an act that is not entered yet, which
compare with today. All are filled with ``str.format``; dates, durations and labels arrive as text in the language
of the page. A template uses only some of these placeholders:

==================  ====================================================================================
``anchor_label``    what is counted from, e.g. 确定为积极分子; in ``exempt`` the label of the exemption
``anchor``          its date
``duration``        the length counted, from :func:`duration_text`; in ``range_duration`` the one chosen
``due``             last day, or the value that a computed field must have
``unlocks``         first day
``target_label``    what is judged, e.g. 支委会日期
``target``          its date or value
``period_start``    day after which a period of ``every`` takes an entry
``period_end``      last day of that period
``present``         voters present
``eligible``        eligible voters
``votes``           in favour with written opinions; in ``tally`` the ballots cast
``half``            half of the eligible voters, e.g. 4.5
``minimum``         smallest that is enough (for votes: the first whole number above half)
``maximum``         largest allowed
``count``           how many there are; in ``tally`` those present and the written opinions together
``used``            places of the plan used already, or extensions so far
``places``          places of the plan
``today``           today
==================  ====================================================================================
"""

from recruitment.rules.dates import Duration
from recruitment.rules.texts.pairs import Text

ARITHMETIC: dict[str, Text] = {
    "not_before": Text(
        "{anchor_label} {anchor}，加{duration} = {unlocks}；{target_label} {target}。",
        "{anchor_label} {anchor}, plus {duration} = {unlocks}; {target_label} {target}.",
    ),
    # A duration of zero days: one act simply does not come before another.
    "not_before_same_day": Text(
        "{anchor_label} {anchor}，最早当天；{target_label} {target}。",
        "{anchor_label} {anchor}, at the earliest the same day; {target_label} {target}.",
    ),
    # Counted backwards from the anchor.
    "not_before_backwards": Text(
        "{anchor_label} {anchor}，往前{duration} = {unlocks}；{target_label} {target}。",
        "{anchor_label} {anchor}, minus {duration} = {unlocks}; {target_label} {target}.",
    ),
    "not_after": Text(
        "{anchor_label} {anchor}，加{duration} = {due}；{target_label} {target}。",
        "{anchor_label} {anchor}, plus {duration} = {due}; {target_label} {target}.",
    ),
    "min_span": Text(
        "{anchor_label} {anchor}，当天不计，满{duration}为 {unlocks}；{target_label} {target}。",
        "{anchor_label} {anchor}, that day not counted; {duration} are complete on {unlocks}; {target_label} {target}.",
    ),
    "min_span_counting_start": Text(
        "{anchor_label} {anchor}，当天计入，满{duration}为 {unlocks}；{target_label} {target}。",
        "{anchor_label} {anchor}, that day counted; {duration} are complete on {unlocks}; {target_label} {target}.",
    ),
    "every": Text(
        "{anchor_label} {anchor}，每{duration}一期；本期 {period_start} 之后至 {period_end}，{target_label} {target}。",
        "{anchor_label} {anchor}, in periods of {duration}; this one runs after {period_start} up to {period_end}; "
        "{target_label} {target}.",
    ),
    # Printed once for each of the alternatives, of which one is enough.
    "min_amount": Text(
        "{target_label}：至少 {minimum}，实有 {count}。",
        "{target_label}: at least {minimum}, in fact {count}.",
    ),
    "count_range": Text(
        "{target_label}：{minimum} 至 {maximum}，实有 {count}。",
        "{target_label}: {minimum} to {maximum}, in fact {count}.",
    ),
    "count_range_exact": Text(
        "{target_label}：应为 {minimum}，实有 {count}。",
        "{target_label}: {minimum} required, in fact {count}.",
    ),
    "count_range_minimum": Text(
        "{target_label}：不少于 {minimum}，实有 {count}。",
        "{target_label}: not fewer than {minimum}, in fact {count}.",
    ),
    "quorum": Text(
        "应到会 {eligible} 人，半数为 {half}，超过半数至少 {minimum} 人；实到会 {present} 人。",
        "Eligible {eligible}, half of them {half}, more than half at least {minimum}; present {present}.",
    ),
    "majority": Text(
        "应到会 {eligible} 人，半数为 {half}，超过半数至少 {minimum} 人；赞成 {votes} 人。",
        "Eligible {eligible}, half of them {half}, more than half at least {minimum}; in favour {votes}.",
    ),
    "consistency": Text(
        "{target_label}：应为 {due}，登记为 {target}。",
        "{target_label}: {due} required, entered as {target}.",
    ),
    # The consistency of a count of ballots.
    "tally": Text(
        "现场票数合计 {votes}，实到会 {present} 人；实到会与书面意见合计 {count}，应到会 {eligible} 人。",
        "Ballots cast {votes}, present {present}; present and written opinions together {count}, eligible {eligible}.",
    ),
    # Here minimum and maximum are the dates that the shortest and the longest extension lead to.
    "range_duration": Text(
        "{anchor_label} {anchor}，加{duration} = {due}；可延至 {minimum} 到 {maximum} 之间。已延长 {used} 次。",
        "{anchor_label} {anchor}, plus {duration} = {due}; allowed from {minimum} to {maximum}. "
        "Extensions so far: {used}.",
    ),
    "quota": Text(
        "年度计划 {places} 名，最多 {maximum} 名，已用 {used} 名，加上此人 {count} 名。",
        "Annual plan {places}, at most {maximum}, used {used}, with this person {count}.",
    ),
    "quota_without_plan": Text(
        "未登记本年度计划，不设上限；已同意 {used} 名。",
        "No annual plan is entered, so there is no ceiling; consented so far {used}.",
    ),
    "horizon": Text(
        "{target_label} {target}，加{duration} = {due}；{anchor_label} {anchor}。",
        "{target_label} {target}, plus {duration} = {due}; {anchor_label} {anchor}.",
    ),
    "validity": Text(
        "{anchor_label} {anchor}，加{duration}，有效至 {due}；{target_label} {target}。",
        "{anchor_label} {anchor}, plus {duration}, valid until {due}; {target_label} {target}.",
    ),
    # A gate of any kind that an approved exemption lifts.
    "exempt": Text(
        "已登记“{anchor_label}”，不再要求。",
        "“{anchor_label}” is entered, so this is not asked for.",
    ),
}

ARITHMETIC_WAITING: dict[str, Text] = {
    "not_before": Text(
        "{anchor_label} {anchor}，加{duration} = {unlocks}；今天 {today}。",
        "{anchor_label} {anchor}, plus {duration} = {unlocks}; today {today}.",
    ),
    "not_before_same_day": Text(
        "{anchor_label} {anchor}，最早当天；今天 {today}。",
        "{anchor_label} {anchor}, at the earliest the same day; today {today}.",
    ),
    "not_before_backwards": Text(
        "{anchor_label} {anchor}，往前{duration} = {unlocks}；今天 {today}。",
        "{anchor_label} {anchor}, minus {duration} = {unlocks}; today {today}.",
    ),
    "not_after": Text(
        "{anchor_label} {anchor}，加{duration} = {due}；{target_label}尚未登记，今天 {today}。",
        "{anchor_label} {anchor}, plus {duration} = {due}; {target_label} not entered, today {today}.",
    ),
    "min_span": Text(
        "{anchor_label} {anchor}，当天不计，满{duration}为 {unlocks}；今天 {today}。",
        "{anchor_label} {anchor}, that day not counted; {duration} are complete on {unlocks}; today {today}.",
    ),
    "min_span_counting_start": Text(
        "{anchor_label} {anchor}，当天计入，满{duration}为 {unlocks}；今天 {today}。",
        "{anchor_label} {anchor}, that day counted; {duration} are complete on {unlocks}; today {today}.",
    ),
    "every": Text(
        "{anchor_label} {anchor}，每{duration}一期；本期 {period_start} 之后至 {period_end}，尚未登记，今天 {today}。",
        "{anchor_label} {anchor}, in periods of {duration}; this one runs after {period_start} up to {period_end}; "
        "nothing entered, today {today}.",
    ),
    "horizon": Text(
        "今天 {today}，加{duration} = {due}；{anchor_label} {anchor}。",
        "Today {today}, plus {duration} = {due}; {anchor_label} {anchor}.",
    ),
    "validity": Text(
        "{anchor_label} {anchor}，加{duration}，有效至 {due}；今天 {today}。",
        "{anchor_label} {anchor}, plus {duration}, valid until {due}; today {today}.",
    ),
}

_DIGITS = "零一二三四五六七八九"
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def _chinese(number: int) -> str:
    """The number in Chinese characters; 两 stands before a measure word; from a hundred on, figures."""
    if number == 2:
        return "两"
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _english(number: int, noun: str) -> str:
    """The number with its noun; in words up to twelve."""
    word = _WORDS[number] if number < len(_WORDS) else str(number)
    return f"{word} {noun}" if number == 1 else f"{word} {noun}s"


def duration_text(duration: Duration | str, *, working: bool = False) -> Text:
    """Name a duration in words: ``P6M`` is 六个月, six months; ``P5D`` with ``working`` 五个工作日, five working days.

    Months are named as years where they fill them. Raises ValueError where a string is no ISO 8601 duration.
    """
    if isinstance(duration, str):
        duration = Duration.parse(duration)
    years, months = divmod(duration.months, 12)
    day_zh, day_en = ("个工作日", "working day") if working else ("天", "day")
    parts = [
        (f"{_chinese(number)}{measure}", _english(number, noun))
        for number, measure, noun in (
            (years, "年", "year"),
            (months, "个月", "month"),
            (duration.days, day_zh, day_en),
        )
        if number
    ]
    if not parts:
        return Text(f"{_chinese(0)}{day_zh}", _english(0, day_en))
    english = [en for _, en in parts]
    joined = " and ".join([", ".join(english[:-1]), english[-1]]) if len(english) > 1 else english[0]
    return Text("".join(zh for zh, _ in parts), joined)
