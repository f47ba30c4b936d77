"""The part of `requests` that samples use, over the page's own way to the API.

On your own machine the same program runs with the real package: pip install requests.
"""

from . import exceptions
from .exceptions import (
    ConnectionError,
    ConnectTimeout,
    HTTPError,
    JSONDecodeError,
    ReadTimeout,
    RequestException,
    Timeout,
    TooManyRedirects,
)
from .models import Response, Session, codes

__version__ = "2.32.0"


def request(method, url, **options):
    with Session() as session:
        return session.request(method, url, **options)


def get(url, params=None, **options):
    return request("GET", url, params=params, **options)


def options(url, **options):
    return request("OPTIONS", url, **options)


def head(url, **options):
    return request("HEAD", url, **options)


def post(url, data=None, json=None, **options):
    return request("POST", url, data=data, json=json, **options)


def put(url, data=None, **options):
    return request("PUT", url, data=data, **options)


def patch(url, data=None, **options):
    return request("PATCH", url, data=data, **options)


def delete(url, **options):
    return request("DELETE", url, **options)


def session():
    return Session()


def __getattr__(name):
    raise AttributeError(
        f"requests.{name} is not available in this sandbox. On your own machine it would be."
    )
