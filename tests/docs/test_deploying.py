"""The page on deploying lists every setting of sign-in, and every reason for which one is refused."""

import re

from infra.settings import OidcSettings
from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
SIGN_IN = ("keys.py", "sign_in.py", "tokens.py", "signing_keys.py")


def test_every_setting_of_an_issuer_is_documented() -> None:
    read = OidcSettings(issuer="https://login.example", audience="kefu", are_units_required=True)
    assert set(re.findall(r"^\| `(KEFU_OIDC_\w+)`", PAGE, re.MULTILINE)) == set(read.environ())


def test_every_reason_to_refuse_a_sign_in_is_documented() -> None:
    source = "".join((ROOT / "graphql_api" / name).read_text(encoding="utf-8") for name in SIGN_IN)
    reasons = set(re.findall(r'(?:reason=|_refused\(|Error, )"([A-Z_]+)"', source))
    told = {
        reason
        for row in re.findall(r"^\| (?:401|403|503) \|([^|]+)\|", PAGE, re.MULTILINE)
        for reason in re.findall(r"`([A-Z_]+)`", row)[1:]
    }
    assert len(reasons) >= 12
    assert told == reasons
