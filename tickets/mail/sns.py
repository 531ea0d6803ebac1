"""What Amazon hands over (SNS): whether Amazon signed it, and lately. Pure.

That Amazon signed it says nothing of whose topic it is, and anybody may have one: a password of ours says that.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_HOST: Final = r"https://sns\.[a-z]{2}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}\.amazonaws\.com"
CERTIFICATE: Final = re.compile(_HOST + r"/SimpleNotificationService-[0-9a-f]{16,64}\.pem", re.ASCII)
CONFIRMATION: Final = re.compile(
    _HOST + r"/\?Action=ConfirmSubscription&[A-Za-z0-9%&=:._~-]{1,1500}", re.ASCII
)
NOTICE, BEGINS, ENDS = "Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"
# What is signed, in this order; a subject only where there is one.
_SIGNED: Final = {
    NOTICE: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    **dict.fromkeys(
        (BEGINS, ENDS), ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    ),
}
# Amazon tries again for an hour or, where somebody set it so, for some more; clocks may differ by minutes.
LONGEST_AGE, AHEAD = timedelta(hours=12), timedelta(minutes=10)


class NotTheirs(Exception):
    """Amazon did not sign this, or long ago."""


class NoMessage(Exception):
    """It is nothing Amazon would hand over."""


def said_in(body: bytes, *, certificate_of: Callable[[str], bytes], now: datetime) -> dict[str, str]:
    """What Amazon says. Raises NotTheirs or NoMessage, and whatever fetching a certificate raises."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise NoMessage
    words = (
        {str(name): word for name, word in said.items() if isinstance(word, str)}
        if isinstance(said, dict)
        else {}
    )
    if words.get("Type") not in _SIGNED:
        raise NoMessage
    if not CERTIFICATE.fullmatch(words.get("SigningCertURL", "")):
        raise NotTheirs
    _check_age(words.get("Timestamp", ""), now=now)
    _check_signature(words, certificate_of(words["SigningCertURL"]), now=now)
    return words


def is_certificate(pem: bytes) -> bool:
    try:
        x509.load_pem_x509_certificate(pem)
    except ValueError:
        return False
    return True


def _check_age(said: str, *, now: datetime) -> None:
    try:
        moment = datetime.fromisoformat(said)
        if not -AHEAD <= now - moment <= LONGEST_AGE:
            raise NotTheirs
    except (ValueError, TypeError, OverflowError):
        raise NotTheirs


def _check_signature(words: dict[str, str], pem: bytes, *, now: datetime) -> None:
    names = [name for name in _SIGNED[words["Type"]] if name in words]
    signed = "".join(f"{name}\n{words[name]}\n" for name in names)
    how = {"1": hashes.SHA1(), "2": hashes.SHA256()}.get(words.get("SignatureVersion", ""))  # noqa: S303 - theirs
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
        holds = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        if how is None or not holds or not isinstance(key, rsa.RSAPublicKey):
            raise NotTheirs
        signature = base64.b64decode(words.get("Signature", ""), validate=True)
        key.verify(signature, signed.encode("utf-8", "surrogatepass"), padding.PKCS1v15(), how)
    except (InvalidSignature, binascii.Error, ValueError, TypeError):
        raise NotTheirs
