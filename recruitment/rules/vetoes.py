"""The 26 veto situations (一票否决) and what each does to a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Effect(StrEnum):
    """What follows: the case ends (red), a step is done again (yellow), or nothing is verified until cured (yellow)."""

    TERMINATE = "terminate"
    RETURN = "return"
    SUSPEND = "block_until_cured"


@dataclass(frozen=True, slots=True)
class Veto:
    """A veto situation. A ``practice`` one is local: it needs the organisation's document before it is confirmed."""

    code: str
    effect: Effect
    source: str
    basis: str
    enabled: bool = True

    @property
    def is_local(self) -> bool:
        return self.source == "practice"


_ROWS = (
    Veto("V01", Effect.TERMINATE, source="national", basis="r2026 art 5; r2014 art 5; constitution2022 art 1"),
    Veto("V02", Effect.TERMINATE, source="national", basis="r2026 art 3; r2014 art 3"),
    Veto("V03", Effect.TERMINATE, source="national", basis="r2026 art 5; constitution2022 art 1"),
    Veto("V04", Effect.TERMINATE, source="national", basis="r2026 art 16; r2014 art 16"),
    Veto("V05", Effect.SUSPEND, source="national", basis="r2026 art 16; r2014 art 16"),
    Veto("V06", Effect.SUSPEND, source="national", basis="r2026 art 17; r2014 art 17"),
    Veto("V07", Effect.RETURN, source="national", basis="r2026 art 18; r2014 art 19"),
    Veto("V08", Effect.RETURN, source="national", basis="r2026 art 20; r2014 art 21"),
    Veto("V09", Effect.RETURN, source="national", basis="r2026 art 13; r2014 art 13; seed names the abuse in Zhangye"),
    Veto("V10", Effect.TERMINATE, source="national", basis="r2026 art 13"),
    Veto("V11", Effect.TERMINATE, source="national", basis="r2026 art 41; r2014 arts 43-44 (recalled)"),
    Veto("V12", Effect.SUSPEND, source="national", basis="r2026 art 18; r2014 art 19"),
    Veto("V13", Effect.TERMINATE, source="national", basis="r2026 art 24; r2014 art 25"),
    Veto("V14", Effect.TERMINATE, source="national", basis="r2026 art 31; r2014 art 32; constitution2022 art 7"),
    Veto("V15", Effect.TERMINATE, source="national", basis="education2019 art 31(2) applied by analogy"),
    Veto("V16", Effect.TERMINATE, source="practice", basis="local veto lists"),
    Veto("V17", Effect.TERMINATE, source="practice", basis="local veto lists"),
    Veto("V18", Effect.TERMINATE, source="practice", basis="local veto lists; Xupu list (gambling)"),
    Veto("V19", Effect.TERMINATE, source="practice", basis="local veto lists"),
    Veto("V20", Effect.TERMINATE, source="practice", basis="local veto lists; Xupu list (dishonesty)"),
    Veto("V21", Effect.TERMINATE, source="practice", basis="seed: Zhangye"),
    Veto("V22", Effect.TERMINATE, source="practice", basis="seed: Zhangye; principle in r2026 art 3 and r2014 art 3"),
    Veto("V23", Effect.TERMINATE, source="practice", basis="seed: Zhangye; r2026 art 6"),
    Veto("V24", Effect.TERMINATE, source="practice", basis="Xupu nine-item list", enabled=False),
    Veto("V25", Effect.SUSPEND, source="practice", basis="local veto lists"),
    Veto("V26", Effect.TERMINATE, source="practice", basis="local veto lists, source not located", enabled=False),
)

VETOES: Mapping[str, Veto] = MappingProxyType({veto.code: veto for veto in _ROWS})

#: Raised by the results of steps themselves: failed political review, disqualifying notice, approval refused.
FAILED_POLITICAL_REVIEW, DISQUALIFYING_NOTICE, APPROVAL_REFUSED = "V04", "V10", "V13"
FAILED_PRELIMINARY_REVIEW, VOTE_NOT_PASSED, MEMBERSHIP_CANCELLED = "V07", "V08", "V14"


def can_terminate(code: str) -> bool:
    """Whether ``code`` is an enabled veto that ends a case."""
    veto = VETOES.get(code)
    return veto is not None and veto.enabled and veto.effect is Effect.TERMINATE


def can_suspend(code: str) -> bool:
    """Whether ``code`` is an enabled veto that suspends verification until it is cured."""
    veto = VETOES.get(code)
    return veto is not None and veto.enabled and veto.effect is Effect.SUSPEND
