"""Requests for api_fuzz: valid ones made from the API's description, with things broken in them."""

import json
import re
import urllib.parse

TEXTS = [
    "", " ", "\x00", "a\x00b", "\n", "\r\nX: y", "\t", "\x7f", "\x1b[2J", "'", "''", '"', "\\", "%",
    "'; DROP TABLE leads; --", "1 OR 1=1", "$1", "{{name}}", "{{", "}}", "{{#each}}", "{}", "[]",
    "null", "NaN", "true", "0", "-1", "1e999", "=1+1", "@SUM(1)", "<script>alert(1)</script>",
    "../../etc/passwd", "%00", "%2e%2e%2f", "ünïcödé", "日本語", "\u202egnp.exe", "\ufeff", "\u0000",
    "👩‍👩‍👧‍👦", "\ud7ff", "\uffff", "e\u0301" * 50, "a" * 199, "a" * 201, "a" * 5000, "0" * 400,
    "+1 212 555 0123", "+12125550100", "12125550100", "911", "+000", "2125550123 x5", "+1212555",
    "2026-11-23", "2026-11-23T15:00:00Z", "2026-02-30", "9999-12-31T23:59:60Z", "0000-00-00",
    "-0001-01-01T00:00:00Z", "2026-11-23T15:00:00+99:99", "America/New_York", "../UTC", "Mars/Base",
    "ready", "autumn", "AUTUMN", "sale", "custom.x = \"", "((((((((((", "not not not",
    "region in (" + "\"NY\"," * 300 + "\"CA\")", "(" * 2000, "a and " * 500 + "b",
]
NUMBERS = [0, -0.0, 1, -1, 2, 9, 100, 101, 255, 256, 3600, 86400, 2**31 - 1, 2**31, -2**31 - 1,
           2**32, 2**53, 2**63 - 1, 2**63, -2**63 - 1, 2**64, 10**30, 0.5, 1e-300, 1e308, 1e15]
PATH_TEXTS = ["0", "-1", "1", "2", "3.5", "1e3", "9223372036854775807", "9223372036854775808",
              "99999999999999999999999", "abc", "", ".", "..", "%00", "%", "%zz", "%ff", "%c0%ae",
              "%F0%9F%92%A9", "a" * 300, "+12125550100", "1%2F2", "1;2", "1,2", "null",
              "0x1", "%2B16465550100", "autumn%20",
              "%27", "attempts", "agents"]


class Route:
    def __init__(self, method, path, operation):
        self.method, self.path, self.operation = method, path, operation
        self.name = f"{method} {path}"
        self.roles = operation["x-roles"]
        self.statuses = {int(code) for code in operation["responses"]}
        self.queries = [each for each in operation.get("parameters", []) if each["in"] == "query"]
        content = operation.get("requestBody", {}).get("content", {})
        self.schema = content.get("application/json", {}).get("schema", {})
        self.is_file = "application/octet-stream" in content


class Requests:
    """Makes one request after the other from a random source of its own."""

    def __init__(self, document, random, values):
        self.schemas = document["components"]["schemas"]
        self.random = random
        self.values = values
        self.routes = [Route(method.upper(), path, operation)
                       for path, methods in document["paths"].items()
                       for method, operation in methods.items()]

    def make(self):
        """(route, method, target, headers, body)"""
        route = self.random.choice(self.routes)
        target = self.path(route) + self.query(route)
        method, headers, body = route.method, {}, b""
        if method == "POST":
            headers["Content-Type"] = self.random.choice(["application/json"] * 8 + [
                "text/plain", "application/x-www-form-urlencoded", ""])
            body = self.file() if route.is_file else self.body(route)
        elif self.chance(0.03):
            method = "HEAD"
        return route, method, target, headers, body

    def chance(self, share):
        return self.random.random() < share

    # -- where

    def path(self, route):
        def part(found):
            known = self.values.get(found[1])
            if known and self.chance(0.75):
                return urllib.parse.quote(str(self.random.choice(known)), safe="")
            return self.random.choice(PATH_TEXTS)
        return re.sub(r"\{(\w+)\}", part, route.path)

    def query(self, route):
        pairs = []
        for each in route.queries:
            if self.chance(0.5 + 0.5 * each.get("required", False)):
                pairs.append((each["name"], self.query_value(each)))
        if self.chance(0.08):
            pairs.append((self.random.choice(TEXTS)[:50], self.random.choice(TEXTS)))
        if pairs and self.chance(0.05):
            pairs.append(self.random.choice(pairs))
        text = "&".join(f"{urllib.parse.quote(name)}={urllib.parse.quote(str(value))}"
                        for name, value in pairs)
        if self.chance(0.04):
            text += self.random.choice(["&", "=", "&&&", "%", "%zz", "&a", "&%00=1", "?",
                                        "&%ff=%fe", ";", "+", "&a=b=c"])
        return f"?{text}" if text else ""

    def query_value(self, parameter):
        known = self.values.get("?" + parameter["name"], self.values.get(parameter["name"]))
        schema = parameter.get("schema", {})
        if known and self.chance(0.6):
            return self.random.choice(known)
        if "enum" in schema and self.chance(0.7):
            return self.random.choice(schema["enum"])
        return self.random.choice(TEXTS + NUMBERS)

    # -- what

    def body(self, route):
        value = self.valid(route.schema)
        if isinstance(value, dict) and self.takes_settings(route):
            for name in self.random.sample(self.values["fields"], 2):
                value[name] = self.random.choice(TEXTS + NUMBERS + [True, None, []])
        for _ in range(self.random.choice([0, 1, 1, 1, 2, 3])):
            value = self.broken(value)
        data = json.dumps(value, ensure_ascii=self.chance(0.5)).encode(errors="surrogatepass")
        return self.mangled(data) if self.chance(0.12) else data

    def takes_settings(self, route):
        return route.path in ("/api/campaigns", "/api/campaigns/{name}/settings") and \
            self.chance(0.7)

    def valid(self, schema, name="", depth=0):
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        if depth > 6:
            return None
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = schema.get("type", "string")
        if kind == "object":
            fields = schema.get("properties", {})
            wanted = schema.get("required", [])
            return {field: self.valid(part, field, depth + 1) for field, part in fields.items()
                    if field in wanted or self.chance(0.4)}
        if kind == "array":
            return [self.valid(schema.get("items", {}), name, depth + 1)
                    for _ in range(self.random.randrange(3))]
        return self.plain(schema, kind, name)

    def plain(self, schema, kind, name):
        if name in self.values and self.chance(0.85):
            value = self.random.choice(self.values[name] or [""])
            return value if kind != "string" else str(value)
        if kind == "boolean":
            return self.chance(0.5)
        if kind in ("integer", "number"):
            low = schema.get("minimum", 0)
            return self.random.randint(low, min(schema.get("maximum", low + 100), low + 1000))
        if schema.get("format") == "date-time":
            return self.random.choice(["2026-11-24T15:00:00-05:00", "2026-11-23T21:00:00Z"])
        if schema.get("format") == "date":
            return "2026-11-24"
        return self.random.choice(["Ana", "later", "NY", "2125550123", "a note", "+16465550101"])

    def broken(self, value):
        """The value with one thing changed somewhere in it."""
        if isinstance(value, dict) and value and self.chance(0.85):
            field = self.random.choice(list(value))
            changed = dict(value)
            if self.chance(0.12):
                del changed[field]
            elif self.chance(0.1):
                changed[self.random.choice(TEXTS)[:60]] = self.odd()
            else:
                changed[field] = self.broken(value[field])
            return changed
        if isinstance(value, list) and value and self.chance(0.6):
            place = self.random.randrange(len(value))
            if self.chance(0.2):
                return value * self.random.choice([2, 30, 300])
            return [*value[:place], self.broken(value[place]), *value[place + 1:]]
        return self.odd()

    def odd(self):
        kind = self.random.randrange(10)
        if kind < 5:
            return self.random.choice(TEXTS)
        if kind < 8:
            return self.random.choice(NUMBERS)
        return self.random.choice([None, True, False, [], {}, [[]], [None], {"a": {"b": []}},
                                   {"": ""}, ["x"] * 500, {f"k{n}": n for n in range(300)}])

    def mangled(self, data):
        """Bytes that may be no JSON any more."""
        place = self.random.randrange(len(data) + 1)
        depth = self.random.choice([10, 31, 33, 1000, 20000])
        return self.random.choice([
            data[:place], data + b"}", data + b" ", data + data, b"\xef\xbb\xbf" + data, b"",
            b"\x00",
            data[:place] + b"\xff" + data[place:], data[:place] + b"\xed\xa0\x80" + data[place:],
            data.replace(b'"', b"'"), b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" +
            b"}" * depth, data.replace(b":", b":" + b" " * 2000, 1), data[:-1] + b',"x":1e99999}',
            data[:-1] + b"," + data[1:], b'"\\ud800"', b'{"name":"\\ud800"}', b"nan", b"-",
            b" " * 70000, data.decode("utf-8", "ignore").encode("utf-16"), data[:-1] + b",}",
        ])

    def file(self):
        rows = self.random.choice([
            b"phone\n+16465550191\n", b"", b"\x00" * 100, b"PK\x03\x04" + b"\xff" * 200,
            b"phone,name\n" + b'"' * 1000, b"a" * 100_000, b"\xff\xfep\x00h\x00", b"%PDF-1.4\n",
            ("phone;name\n" + "".join(f"+1646555{n:04d};Ana\n" for n in range(100, 199))).encode()])
        return rows
