"""The rows of the vocabulary for how, when and how fast messages are sent."""

from mailgrid.language.rows import ANYWHERE, IN_CAMPAIGN, Row, Slot, Type

__all__ = ["SENDING_ROWS"]

_RATE = Slot(Type.RATE)
_COUNT = Slot(Type.COUNT)
_DURATION = Slot(Type.DURATION)

SENDING_ROWS = (
    Row(
        "transport",
        ANYWHERE,
        "a driver, or the name of a transport",
        "the way to send",
        'transport smtp { host "localhost" }',
        (Slot(Type.DRIVER),),
        where=True,  # a message of its own says why it has none
        block=True,
    ),
    Row(
        "rate",
        IN_CAMPAIGN,
        Type.RATE.value,
        "so many in a time, over all workers",
        "rate 10/s burst 50",
        (_RATE,),
        {"burst": _COUNT},
    ),
    Row(
        "limit",
        IN_CAMPAIGN,
        '`domain "name"` or `domain any`, and a rate',
        "so many in a time to one domain, or to each",
        'limit domain "gmail.com" 10/s burst 20',
        (Slot(Type.NAME, words=("domain",)), Slot(Type.TEXT, words=("any",)), _RATE),
        {"burst": _COUNT},
        repeatable=True,
    ),
    Row("quota", IN_CAMPAIGN, Type.RATE.value, "so many in a time, over all runs", "quota 50000/day", (_RATE,)),
    Row(
        "workers",
        IN_CAMPAIGN,
        "a whole number from 1 to 100",
        "threads that send, one connection each",
        "workers 8",
        (Slot(Type.COUNT, most=100),),
    ),
    Row(
        "max_size",
        IN_CAMPAIGN,
        Type.SIZE.value,
        "a message that is larger fails, and nothing of it is sent",
        "max_size 10MB",
        (Slot(Type.SIZE),),
    ),
    Row(
        "schedule",
        IN_CAMPAIGN,
        "`at` and a day and a time like 2026-05-04 09:00",
        "when sending begins; after `expires` it does not any more",
        "schedule at 2026-05-04 09:00 expires 4h",
        (),
        {"at": Slot(Type.DATETIME), "expires": _DURATION},
        needed=("at",),
    ),
    Row(
        "window",
        IN_CAMPAIGN,
        "`TIME to TIME [on weekdays|everyday]`",
        "the hours in which messages are sent",
        "window 09:00 to 18:00 on weekdays",
        (Slot(Type.TIME),),
        {"to": Slot(Type.TIME), "on": Slot(Type.NAME, words=("weekdays", "everyday"))},
        needed=("to",),
    ),
    Row(
        "retry",
        IN_CAMPAIGN,
        "`[N] [for DURATION] [backoff DURATION] [max DURATION] [jitter PERCENT]`",
        "how temporary refusals are tried again",
        "retry 5 for 6h backoff 30s max 1h jitter 20%",
        (Slot(Type.COUNT, optional=True),),
        {
            "for": _DURATION,
            "backoff": _DURATION,
            "max": _DURATION,
            "jitter": Slot(Type.PERCENT, least=0, most=100),
        },
    ),
    Row(
        "stop",
        IN_CAMPAIGN,
        "`after N failures` or `after N% failures`",
        "when so many failed, the run stops",
        "stop after 2% failures",
        (Slot(Type.NAME, words=("after",)), Slot(Type.AMOUNT), Slot(Type.NAME, words=("failures",))),
    ),
    Row(
        "on_doubt",
        IN_CAMPAIGN,
        "`hold`, `skip` or `resend`",
        "what becomes of those of whom it is not known whether they got it",
        "on_doubt hold",
        (Slot(Type.NAME, words=("hold", "skip", "resend")),),
    ),
)
