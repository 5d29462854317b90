"""A raw socket that sees what passes over the loopback interface. Needs CAP_NET_RAW."""

import ctypes
import socket
import struct

ETH_P_IP = 0x0800
SO_ATTACH_FILTER = 26  # socket(7), Linux


def sniffer(program, options=()):
    """A socket bound to lo that takes what a classic BPF program lets through; None when this
    process may not. `options`: further (name, value) pairs of level SOL_SOCKET."""
    try:
        sniff = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_IP))
    except PermissionError:
        return None
    sniff.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    for name, value in options:
        sniff.setsockopt(socket.SOL_SOCKET, name, value)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *op) for op in program))
    sniff.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                     struct.pack("HL", len(program), ctypes.addressof(code)))
    sniff.bind(("lo", ETH_P_IP))
    return sniff
