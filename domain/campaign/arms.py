"""Who of a campaign is left alone on purpose: an assignment that anybody can compute again."""

from hashlib import blake2b
from typing import Literal

Arm = Literal["control", "treated"]

CONTROL: Arm = "control"
TREATED: Arm = "treated"
EVERYBODY = 1_000_000
DIGEST_BITS = 64


def arm_of(*, campaign_id: str, customer_id: str, control_share: int) -> Arm:
    """Draw a customer's arm from the two ids alone: `control` for control_share parts per million.

    BLAKE2b (RFC 7693) of the customer's id, keyed by the campaign's, gives 64 bits that behave like a uniform
    draw: independent between campaigns, so that nobody is left alone by all of them, and the same whenever
    and wherever it is computed. A larger share keeps everybody who was in a smaller one.
    """
    key = blake2b(campaign_id.encode(), digest_size=32).digest()
    digest = blake2b(customer_id.encode(), key=key, digest_size=DIGEST_BITS // 8).digest()
    drawn = int.from_bytes(digest, "big") * EVERYBODY >> DIGEST_BITS
    return CONTROL if drawn < control_share else TREATED
