import base64
import hashlib
import hmac
import json
import os
import time

import requests

api = f"{os.environ['RELAY_URL']}/v1"
headers = {"Authorization": f"Bearer {os.environ['RELAY_API_KEY']}"}


def call(method, path, **options):
    response = requests.request(method, api + path, headers=headers, **options)
    response.raise_for_status()
    return response.json() if response.text else None


def verify(secret, headers, body):
    """What a receiver does with a request, before it believes a word of it (Standard Webhooks 1.0)."""
    sent_at = headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > 300:
        raise ValueError("The delivery is too old.")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{sent_at}.{body}".encode()
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    if not any(
        hmac.compare_digest(f"v1,{expected}", signature)
        for signature in headers["webhook-signature"].split(" ")
    ):
        raise ValueError("The signature does not fit the delivery.")
    return json.loads(body)


# The secret is shown once, here. Keep it where the receiver can read it.
endpoint = call("POST", "/webhook-endpoints", json={"url": "https://example.com/hooks"})
call("POST", "/messages", json={"to": "ada@example.com", "body": "Your parcel has arrived."})

# In the test environment nothing is sent to the address: the delivery is kept, signed as it would be sent.
delivery = call("GET", f"/webhook-endpoints/{endpoint['id']}/deliveries")["data"][0]

event = verify(endpoint["secret"], delivery["headers"], delivery["body"])
print(f"verified: {event['type']} for {event['data']['id']}")

try:
    verify(endpoint["secret"], delivery["headers"], delivery["body"].replace("parcel", "prize"))
except ValueError as error:
    print(f"refused: {error}")

call("DELETE", f"/webhook-endpoints/{endpoint['id']}")
