"""An address on the network: whether our own server may be sent there by what somebody typed. Pure."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

LONGEST = 300
PORTS = (443, 8443)
_CARRIED_IN = ipaddress.ip_network("64:ff9b::/96")  # NAT64: an IPv4 address inside an IPv6 one
_SHARED = ipaddress.ip_network("100.64.0.0/10")


def trouble_with(url: str, *, own: str, private: bool) -> str:
    """A code for what is wrong with the address as it is written, "" when nothing is.

    `private` is an administrator's word that this one stands in the own network: then plain HTTP and any port too.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "not_an_address"
    if len(url) > LONGEST or not url.isascii() or any(ord(sign) <= 32 for sign in url):
        return "not_an_address"
    if parts.scheme not in (("https", "http") if private else ("https",)) or not parts.hostname:
        return "scheme"
    if "@" in parts.netloc or parts.fragment or "\\" in url:
        return "not_an_address"
    if not private and (port or 443) not in PORTS:
        return "port"
    if _is_own(parts.hostname, port or (443 if parts.scheme == "https" else 80), own, private=private):
        return "own"
    literal = as_ip(parts.hostname)
    return "private" if literal and not may_reach(literal, private=private) else ""


def _is_own(host: str, port: int, own: str, *, private: bool) -> bool:
    """In the own network another service may stand on our own machine, at another port."""
    ours = urlsplit(own)
    same_port = port == (ours.port or (443 if ours.scheme == "https" else 80))
    return host.rstrip(".").lower() == (ours.hostname or "") and (same_port or not private)


def as_ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def may_reach(ip: IPv4Address | IPv6Address, *, private: bool) -> bool:
    """Whether a connection may go there; what an address carries inside counts, not how it is written.

    Never where machines keep their secrets (link-local), to everybody at once or to nobody, private or not.
    """
    ip = _inner(ip)
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.is_reserved and not ip.is_loopback):
        return False
    inside = not ip.is_global or (ip.version == 4 and ip in _SHARED)
    return private or not inside


def _inner(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped:
        return ip.ipv4_mapped
    if ip.sixtofour:
        return ip.sixtofour
    if ip in _CARRIED_IN:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip
