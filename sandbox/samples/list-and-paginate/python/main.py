import os

import requests

url = f"{os.environ['RELAY_URL']}/v1/messages"
headers = {"Authorization": f"Bearer {os.environ['RELAY_API_KEY']}"}

for name in ["one", "two", "three"]:
    message = {"to": "ada@example.com", "body": f"Message {name}"}
    requests.post(url, headers=headers, json=message).raise_for_status()


def messages():
    """Newest first, in pages of two: the next page is asked for when the loop gets there."""
    params = {"limit": 2}
    while True:
        response = requests.get(url, headers=headers, params=params)
        response.raise_for_status()
        page = response.json()
        yield from page["data"]
        if not page["has_more"]:
            return
        params = {"limit": 2, "cursor": page["next_cursor"]}


for seen, message in enumerate(messages(), start=1):
    print(f"{message['id']}  {message['body']}")
    if seen == 3:
        break
