"""Requests, answers and sessions."""

import base64
import datetime
import json as jsonlib
import time
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit, urlunsplit

from pyodide.ffi import JsException, run_sync, to_js

from .exceptions import (
    ConnectionError,
    HTTPError,
    InvalidHeader,
    InvalidSchema,
    InvalidURL,
    JSONDecodeError,
    MissingSchema,
    ReadTimeout,
)
from .structures import CaseInsensitiveDict

_OPTIONS = ("params", "data", "json", "headers", "timeout", "auth", "allow_redirects", "verify", "stream")


class Codes:
    """`requests.codes.ok` and its like."""

    def __init__(self):
        for status in HTTPStatus:
            setattr(self, status.name.lower(), status.value)

    def __getitem__(self, name):
        return getattr(self, name)


codes = Codes()


class Request:
    """What was sent, as a Response and an exception remember it."""

    def __init__(self, method, url, headers, body):
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body

    def __repr__(self):
        return f"<PreparedRequest [{self.method}]>"


class Response:
    def __init__(self, request, url, status, reason, headers, content, elapsed):
        self.request = request
        self.url = url
        self.status_code = status
        self.reason = reason or _phrase(status)
        self.headers = CaseInsensitiveDict(headers)
        self.content = content
        self.elapsed = datetime.timedelta(seconds=elapsed)
        self.encoding = _charset(self.headers.get("content-type", ""))
        self.history = []
        self.cookies = {}

    @property
    def ok(self):
        return self.status_code < 400

    def __bool__(self):
        return self.ok

    @property
    def text(self):
        return self.content.decode(self.encoding or "utf-8", "replace")

    def json(self, **options):
        try:
            return jsonlib.loads(self.content, **options)
        except ValueError as error:
            if isinstance(error, jsonlib.JSONDecodeError):
                raise JSONDecodeError(error.msg, error.doc, error.pos) from None
            raise JSONDecodeError(str(error), self.text, 0) from None

    def raise_for_status(self):
        if self.status_code < 400:
            return
        side = "Client" if self.status_code < 500 else "Server"
        message = f"{self.status_code} {side} Error: {self.reason} for url: {self.url}"
        raise HTTPError(message, response=self)

    def iter_content(self, chunk_size=1, decode_unicode=False):
        content = self.text if decode_unicode else self.content
        size = chunk_size or len(content) or 1
        return (content[at : at + size] for at in range(0, len(content), size))

    def iter_lines(self, chunk_size=512, decode_unicode=False, delimiter=None):
        content = self.text if decode_unicode else self.content
        return iter(content.split(delimiter) if delimiter else content.splitlines())

    @property
    def links(self):
        found = {}
        for value in self.headers.get("link", "").split(","):
            address, *parameters = value.split(";")
            link = {"url": address.strip("<> '\"")}
            for parameter in parameters:
                key, _, text = parameter.partition("=")
                link[key.strip("'\" ")] = text.strip("'\" ")
            if link["url"]:
                found[link.get("rel") or link["url"]] = link
        return found

    def __iter__(self):
        return self.iter_content(128)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        return f"<Response [{self.status_code}]>"


class Session:
    def __init__(self):
        self.headers = CaseInsensitiveDict({"Accept": "*/*"})
        self.params = {}
        self.auth = None

    def request(self, method, url, **options):
        _check(options)
        headers = self.headers.copy()
        headers.update(options.get("headers") or {})
        body = _body(options.get("data"), options.get("json"), headers)
        auth = options.get("auth") or self.auth
        if auth:
            user = ":".join(auth).encode()
            headers["Authorization"] = "Basic " + base64.b64encode(user).decode()
        headers = CaseInsensitiveDict({k: _header(k, v) for k, v in headers.items() if v is not None})
        address = _address(url, self.params, options.get("params"))
        return _send(Request(method.upper(), address, headers, body), options.get("timeout"))

    def get(self, url, **options):
        return self.request("GET", url, **options)

    def options(self, url, **options):
        return self.request("OPTIONS", url, **options)

    def head(self, url, **options):
        return self.request("HEAD", url, **options)

    def post(self, url, data=None, json=None, **options):
        return self.request("POST", url, data=data, json=json, **options)

    def put(self, url, data=None, **options):
        return self.request("PUT", url, data=data, **options)

    def patch(self, url, data=None, **options):
        return self.request("PATCH", url, data=data, **options)

    def delete(self, url, **options):
        return self.request("DELETE", url, **options)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _check(options):
    for name in options:
        if name not in _OPTIONS:
            raise NotImplementedError(
                f"requests: {name}= is not available in this sandbox. On your own machine it would be."
            )


def _send(request, timeout):
    # Not before there is a program: this module is in the snapshot that every interpreter starts from.
    from firstcall_page import send

    seconds = sum(part or 0 for part in timeout) if isinstance(timeout, tuple) else timeout
    started = time.monotonic()
    try:
        answer = run_sync(
            send(
                request.method,
                request.url,
                jsonlib.dumps(list(request.headers.items())),
                to_js(request.body),
                None if seconds is None else seconds * 1000,
            )
        )
    except JsException as error:
        if error.name == "TimeoutError":
            message = f"{urlsplit(request.url).netloc}: Read timed out. (read timeout={timeout})"
            raise ReadTimeout(message, request=request) from None
        raise ConnectionError(error.message, request=request) from None
    return Response(
        request,
        answer.url,
        answer.status,
        answer.statusText,
        dict(jsonlib.loads(answer.headers)),
        answer.body.to_bytes(),
        time.monotonic() - started,
    )


def _address(url, *queries):
    url = url.decode() if isinstance(url, bytes) else str(url)
    parts = urlsplit(url.strip())
    if not parts.scheme:
        raise MissingSchema(f"Invalid URL {url!r}: No scheme supplied. Perhaps you meant https://{url}?")
    if parts.scheme.lower() not in ("http", "https"):
        raise InvalidSchema(f"No connection adapters were found for {url!r}")
    if not parts.netloc:
        raise InvalidURL(f"Invalid URL {url!r}: No host supplied")
    query = "&".join(filter(None, [parts.query, *map(_encode, queries)]))
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, parts.fragment))


def _encode(pairs):
    if not pairs:
        return ""
    if isinstance(pairs, (str, bytes)):
        return pairs.decode() if isinstance(pairs, bytes) else pairs
    items = pairs.items() if hasattr(pairs, "items") else pairs
    return urlencode([(key, value) for key, value in items if value is not None], doseq=True)


def _body(data, json, headers):
    if json is not None and not data:
        headers.setdefault("Content-Type", "application/json")
        return jsonlib.dumps(json, allow_nan=False).encode()
    if not data:
        return None
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return data.encode()
    if hasattr(data, "read"):
        content = data.read()
        return content.encode() if isinstance(content, str) else content
    headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    return _encode(data).encode()


def _header(name, value):
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        raise InvalidHeader(f"Header part ({value!r}) from ({name!r}, {value!r}) must be of type str or bytes")
    if "\n" in text or "\r" in text or text != text.lstrip():
        raise InvalidHeader(f"Invalid leading whitespace, reserved character(s), or return character(s) in header value: {text!r}")
    return text


def _phrase(status):
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _charset(content_type):
    for parameter in content_type.split(";")[1:]:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return value.strip("'\" ")
    return "utf-8" if "json" in content_type else "ISO-8859-1" if content_type.startswith("text/") else None
