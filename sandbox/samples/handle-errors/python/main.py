import os

import requests

url = f"{os.environ['RELAY_URL']}/v1/messages"
headers = {"Authorization": f"Bearer {os.environ['RELAY_API_KEY']}"}


def notify(to):
    message = {"to": to, "body": "Your order is on its way."}
    response = requests.post(url, headers=headers, json=message)
    answer = response.json()
    if response.ok:
        print(f"sent {answer['id']} to {answer['to']}")
    # Branch on the code; the sentence is for people and may change.
    elif answer["code"] == "recipient_invalid":
        print(f"cannot reach {to}: {answer['code']}")
    elif answer["code"] == "rate_limited":
        print("too many at once: wait, then go on")
    else:
        raise SystemExit(f"{response.status_code} {answer['detail']}")


notify("ada at example.com")
notify("ada@example.com")
