"""Which addresses a user's URL may lead to. Decides from the address alone; resolves nothing."""

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
_METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")))
"""Where clouds keep their metadata outside the link-local range: AWS, Alibaba, Azure's host, Oracle."""


class Reach(StrEnum):
    """What an address is to us."""

    PUBLIC = "public"
    PRIVATE = "private"
    """Loopback, private and shared networks: allowed where the operator says so."""
    NEVER = "never"
    """Link-local (where clouds keep their metadata), multicast, unspecified, reserved."""


def reach(address: str) -> Reach:
    """Judge an IP address in text; an IPv4 address hidden in an IPv6 one is judged as itself. Raises `ValueError`."""
    ip = _hidden(ip_address(address.partition("%")[0]))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip in _METADATA:
        return Reach.NEVER
    if isinstance(ip, IPv6Address) and ip.is_site_local:
        return Reach.PRIVATE
    if ip.is_loopback or ip.is_private or not ip.is_global:
        return Reach.NEVER if ip.is_reserved and not ip.is_loopback else Reach.PRIVATE
    return Reach.NEVER if ip.is_reserved else Reach.PUBLIC


def allowed(address: str, allow_private: bool) -> bool:
    """Whether a connection may be opened."""
    found = reach(address)
    return found is Reach.PUBLIC or (allow_private and found is Reach.PRIVATE)


def _hidden(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip
