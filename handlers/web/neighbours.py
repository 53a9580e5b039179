"""Who may see figures: programs on this machine and in its private network."""

from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import Request

# Python's `is_private` also takes documentation addresses and, in older versions, every IPv4
# address that is written as an IPv6 one.
NETWORKS = [
    ip_network(network)
    for network in (
        *("127.0.0.0/8", "::1/128"),
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),  # RFC 1918
        "fc00::/7",  # RFC 4193
    )
]
# A proxy on this machine is a neighbour, and those it speaks for are not.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def is_neighbour(request: Request) -> bool:
    """Tell whether a request came straight from this machine or its private network."""
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in NETWORKS)
