"""Where a webhook may go: by what is written, and by what a name turns out to be."""

from __future__ import annotations

import ipaddress
import socket
import threading

import pytest

from accounts.outside.address import may_reach, trouble_with
from accounts.outside.post import NotSent, call, post

INSIDE = [
    *("127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1", "::1", "fc00::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
    ),
]
NEVER = [
    "169.254.169.254",
    "fe80::1",
    "224.0.0.1",
    "0.0.0.0",
    "::",
    "255.255.255.255",
    "::ffff:169.254.169.254",
]


@pytest.mark.parametrize("ip", INSIDE)
def test_what_is_inside_a_network_only_with_a_word_for_it(ip):
    assert not may_reach(ipaddress.ip_address(ip), private=False)
    assert may_reach(ipaddress.ip_address(ip), private=True)


@pytest.mark.parametrize("ip", [*NEVER, "64:ff9b::a9fe:a9fe"])
def test_where_machines_keep_their_secrets_never(ip):
    assert not may_reach(ipaddress.ip_address(ip), private=False)
    assert not may_reach(ipaddress.ip_address(ip), private=True)


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_everywhere_else(ip):
    assert may_reach(ipaddress.ip_address(ip), private=False)


WRITTEN = {
    "https://pay.example/orders": "",
    "https://pay.example:8443/": "",
    "http://pay.example/": "scheme",
    "ftp://pay.example/": "scheme",
    "file:///etc/passwd": "scheme",
    "gopher://pay.example/": "scheme",
    "javascript:alert(1)": "scheme",
    "https://": "scheme",
    "": "scheme",
    "https://pay.example:22/": "port",
    "https://pay.example:99999/": "not_an_address",
    "https://me:secret@pay.example/": "not_an_address",
    "https://pay.example/#x": "not_an_address",
    "https://pay.example\\@evil.example/": "not_an_address",
    "https://pay.example/ x": "not_an_address",
    "https://pay.example/\n": "not_an_address",
    "https://päy.example/": "not_an_address",
    "https://[::1/": "not_an_address",
    "https://pay.example/" + "x" * 300: "not_an_address",
    "https://kulanz.example/": "own",
    "https://KULANZ.example./": "own",
    "https://127.0.0.1/": "private",
    "https://[::1]/": "private",
    "https://[::ffff:10.0.0.1]/": "private",
    "https://169.254.169.254/latest/": "private",
}


@pytest.mark.parametrize(("url", "trouble"), WRITTEN.items())
def test_as_it_is_written(url, trouble):
    assert trouble_with(url, own="https://kulanz.example", private=False) == trouble


def test_in_the_own_network_plain_http_and_any_port_will_do():
    assert trouble_with("http://10.0.0.7:9000/pay", own="https://kulanz.example", private=True) == ""
    assert trouble_with("http://169.254.169.254/", own="https://kulanz.example", private=True) == "private"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::1]"])
def test_a_name_is_looked_up_before_anything_is_connected_to(host):
    """Whatever way the address is written, what it turns out to be is what counts."""
    with pytest.raises(NotSent, match=r"ForbiddenAddress|NoSuchName"):
        post(f"http://{host}:9/", b"{}", {}, private=False)


def test_a_server_of_names_that_says_nothing_is_not_waited_for(monkeypatch):
    """Asking for a name has no limit of its own."""
    answers = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_name, **_how: answers.wait(20) and [])
    with pytest.raises(NotSent, match="NameTooSlow"):
        call("GET", "https://slow.example/", None, {}, private=False, seconds=0.05)
    answers.set()
