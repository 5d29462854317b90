#!/usr/bin/env python3
"""A second verifier of audit exports, written from campaigns/audit/AUDIT.md alone.

Goal: the format is described well enough for somebody else, and both verifiers agree.
Method: the standard library only; Ed25519 after RFC 8032, section 5.1.

    verify.py FILE KEY [KEY ...]     exit code 0: proved; 3: something is wrong
    verify.py --many KEY < names     one line of verdict for each file named on stdin
"""

import hashlib
import re
import sys

# -- Ed25519, RFC 8032 5.1: points in extended coordinates.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point_of(data):
    y = int.from_bytes(data, "little")
    x = recover_x(y & ((1 << 255) - 1), y >> 255)
    if x is None:
        return None
    y &= (1 << 255) - 1
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def add(a, b):
    one = (a[1] - a[0]) * (b[1] - b[0]) % P
    two = (a[1] + a[0]) * (b[1] + b[0]) % P
    three = 2 * a[3] * b[3] * D % P
    four = 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(count, point):
    result = (0, 1, 1, 0)
    while count > 0:
        if count & 1:
            result = add(result, point)
        point = add(point, point)
        count >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def signed_by(key, message, signature):
    a, r = point_of(key), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    h = int.from_bytes(digest, "little") % Q
    return same_point(times(s, BASE), add(r, times(h, a)))


# -- Merkle trees, RFC 6962 2.1, recursively as it stands there.

def sha(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha(b"\x01" + left + right)


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root(hashes):
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node(root(hashes[:k]), root(hashes[k:]))


def root_by_path(leaf, size, start, path):
    """The root that an inclusion proof leads to; None when its length is wrong."""
    if size == 1:
        return start if not path else None
    if not path:
        return None
    k = split(size)
    if leaf < k:
        left = root_by_path(leaf, k, start, path[:-1])
        return left and node(left, path[-1])
    right = root_by_path(leaf - k, size - k, start, path[:-1])
    return right and node(path[-1], right)


def roots_by_proof(m, n, proof, known):
    """Both roots that a consistency proof leads to; None when its length is wrong."""
    if m == n:
        if known is not None:
            return (known, known) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k = split(n)
    if m <= k:
        both = roots_by_proof(m, k, proof[:-1], known)
        return both and (both[0], node(both[1], proof[-1]))
    both = roots_by_proof(m - k, n - k, proof[:-1], None)
    return both and (node(proof[-1], both[0]), node(proof[-1], both[1]))


def consistent(before, after, proof):
    if before["size"] > after["size"]:
        return False
    if before["size"] == 0:
        return not proof and before["root"] == sha(b"")
    both = roots_by_proof(before["size"], after["size"], proof, before["root"])
    return both == (before["root"], after["root"])


# -- The written form.

NUMBER = rb"(0|[1-9][0-9]{0,17})"
TEXT = rb'"([ !#-\[\]-~]*)"'
HEX = rb'"([0-9a-f]*)"'
INSTANT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
CHECK = re.compile(rb'(.*),"check":"([0-9a-f]{64})"\}', re.DOTALL)
HEADER = re.compile(
    rb'\{"audit_export":1,"log":' + TEXT + rb',"made_at":' + TEXT + rb',"from":' + TEXT +
    rb',"to":' + TEXT + rb',"filter":' + TEXT + rb',"first":' + NUMBER + rb',"end":' + NUMBER +
    rb',"size":' + NUMBER)
KEY = re.compile(
    rb'\{"key":(\{"audit_key":1,"log":' + TEXT + rb',"key":"([0-9a-f]{64})","at":' + TEXT +
    rb',"endorsed_by":' + TEXT + rb'\}),"signature":"([0-9a-f]{128})"')
HEAD = re.compile(
    rb'\{"head":(\{"audit_head":1,"log":' + TEXT + rb',"size":' + NUMBER +
    rb',"root":"([0-9a-f]{64})","at":' + TEXT + rb',"closes":' + TEXT + rb',"key":' + TEXT +
    rb'\}),"signature":"([0-9a-f]{128})","consistency":' + HEX)
BLOCK = re.compile(
    rb'\{"block":' + NUMBER + rb',"shown":"([0-9a-f]{16})","hashes":' + HEX + rb',"path":' + HEX)
RECORD = re.compile(rb'\{"leaf":' + NUMBER + rb',"record":(.*)\}', re.DOTALL)
LAST = re.compile(rb'\{"records":' + NUMBER + rb',"blocks":' + NUMBER)


class Wrong(Exception):
    def __init__(self, what, leaf=-1):
        super().__init__(what)
        self.leaf = leaf


def need(condition, what, leaf=-1):
    if not condition:
        raise Wrong(what, leaf)


def hashes_of(text):
    need(len(text) % 64 == 0, "these are no whole hashes")
    return [bytes.fromhex(text[i:i + 64].decode()) for i in range(0, len(text), 64)]


class Verifier:
    def __init__(self, keys):
        self.trusted = {sha(key).hex()[:16].encode(): key for key in keys}
        self.check = bytes(32)
        self.step = self.header
        self.heads = []
        self.due = []  # leaves with their hashes, of the block
        self.records = self.blocks = 0
        self.over = False

    def run(self, stream):
        number = 0
        try:
            for number, line in enumerate(stream, 1):
                need(not self.over, "something follows the last line")
                need(line.endswith(b"\n"), "the file was cut", self.due[0][0] if self.due else -1)
                self.step(line[:-1])
            if not self.over:
                number += 1
                raise Wrong("the file was cut", self.due[0][0] if self.due else -1)
        except Wrong as wrong:
            return number, wrong.leaf, str(wrong)
        return None

    def checked(self, line, form):
        both = CHECK.fullmatch(line)
        need(both, "this line has no check")
        self.check = sha(self.check + both[1])
        need(self.check.hex().encode() == both[2], "the check of this line is wrong")
        match = form.fullmatch(both[1])
        need(match, "this line has not its form")
        return match

    def header(self, line):
        found = self.checked(line, HEADER)
        self.log, made_at, self.start, self.stop, self.filter = found.group(1, 2, 3, 4, 5)
        self.first, self.end, self.size = (int(found[i]) for i in (6, 7, 8))
        need(re.fullmatch(rb"[0-9a-f]{32}", self.log), "the log has no name")
        need(INSTANT.fullmatch(made_at), "made_at is no instant")
        need(all(not at or INSTANT.fullmatch(at) for at in (self.start, self.stop)),
             "the period is none")
        need(self.first <= self.end <= self.size, "the leaves contradict each other")
        self.next_block = self.first // 64
        self.step = self.key_or_head

    def key_or_head(self, line):
        if line.startswith(b'{"key":'):
            self.key(self.checked(line, KEY))
        elif line.startswith(b'{"head":'):
            self.head(self.checked(line, HEAD))
        else:
            need(self.heads, "there is no head")
            self.enclosed()
            self.block_or_last(line)

    def key(self, found):
        text, log, key, _, by, signature = found.groups()
        need(log == self.log, "this key belongs to another log")
        if by in self.trusted:
            need(signed_by(self.trusted[by], text, bytes.fromhex(signature.decode())),
                 "the signature under this key is wrong")
            new = bytes.fromhex(key.decode())
            self.trusted.setdefault(sha(new).hex()[:16].encode(), new)

    def head(self, found):
        text, log, size, top, at, _, key, signature, proof = found.groups()
        head = {"size": int(size), "root": bytes.fromhex(top.decode()), "at": at}
        proof = hashes_of(proof)
        need(INSTANT.fullmatch(at), "this head has no instant")
        need(log == self.log, "this head belongs to another log")
        need(key in self.trusted, "this head is signed by a key that is not trusted")
        need(signed_by(self.trusted[key], text, bytes.fromhex(signature.decode())),
             "the signature of this head is wrong")
        need(consistent(self.heads[-1], head, proof) if self.heads else not proof,
             "this head does not continue the one before it")
        self.heads.append(head)

    def enclosed(self):
        need(self.heads[-1]["size"] == self.size, "the last head is not that of the header")
        before = self.start and any(
            head["at"] <= self.start and head["size"] >= self.first for head in self.heads)
        after = self.stop and any(
            head["at"] >= self.stop and head["size"] <= self.end for head in self.heads)
        need(self.first == 0 or before, "no head from before the period")
        need(self.end == self.size or after, "no head from after the period")

    def block_or_last(self, line):
        if line.startswith(b'{"block":'):
            self.block(self.checked(line, BLOCK))
        elif line.startswith(b'{"records":'):
            self.last(self.checked(line, LAST))
        else:
            raise Wrong("a block or the last line must stand here")

    def block(self, found):
        number, mask = int(found[1]), int(found[2], 16)
        start = 64 * number
        need(start < self.size, "there is no such block")
        leaves = range(start, min(start + 64, self.size))
        wanted = sum(1 << leaf - start for leaf in leaves if self.first <= leaf < self.end)
        if self.filter:
            need(number >= self.next_block and mask and mask & ~wanted == 0,
                 "this block must not stand here")
        else:
            need(number == self.next_block and mask and mask == wanted,
                 f"block {self.next_block} must stand here, whole")
        hashes, path = hashes_of(found[3]), hashes_of(found[4])
        need(len(hashes) == len(leaves), "these are not the hashes of the block's leaves")
        top = root_by_path(number, (self.size + 63) // 64, root(hashes), path)
        need(top == self.heads[-1]["root"], "this block is not of the signed tree")
        self.due = [(leaf, hashes[leaf - start]) for leaf in leaves if mask >> leaf - start & 1]
        self.next_block = number + 1
        self.blocks += 1
        self.step = self.record

    def record(self, line):
        leaf, wanted = self.due[0]
        found = RECORD.fullmatch(line)
        need(found and int(found[1]) == leaf, f"leaf {leaf} must stand here", leaf)
        need(sha(b"\x00" + found[2]) == wanted, f"leaf {leaf} is not as it was signed", leaf)
        self.records += 1
        del self.due[0]
        if not self.due:
            self.step = self.block_or_last

    def last(self, found):
        if not self.filter:
            need(self.records == self.end - self.first, "records are missing",
                 self.first + self.records)
        need((int(found[1]), int(found[2])) == (self.records, self.blocks),
             "the last line counts other lines")
        self.over = True


def verdict_of(name, keys):
    verifier = Verifier(keys)
    with open(name, "rb") as stream:
        return verifier, verifier.run(stream)


def main():
    if sys.argv[1:2] == ["--many"]:
        keys = [bytes.fromhex(key) for key in sys.argv[2:]]
        for name in sys.stdin.read().split("\n"):
            if name:
                _, wrong = verdict_of(name, keys)
                print(f"{wrong[0]} {wrong[1]}" if wrong else "proved", flush=True)
        return 0
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    verifier, wrong = verdict_of(sys.argv[1], [bytes.fromhex(key) for key in sys.argv[2:]])
    if wrong:
        print(f"WRONG at line {wrong[0]}, leaf {wrong[1]}: {wrong[2]}")
        return 3
    print(f"PROVED: {verifier.records} records, {'filtered' if verifier.filter else 'complete'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
