import os

import requests

url = f"{os.environ['RELAY_URL']}/v1/messages"
headers = {"Authorization": f"Bearer {os.environ['RELAY_API_KEY']}"}

response = requests.post(
    url,
    headers=headers,
    json={"to": "ada@example.com", "body": "Hello from Python."},
)
answer = response.json()
if not response.ok:
    raise SystemExit(f"{response.status_code} {answer['title']}. {answer['detail']}")

print(f"{response.status_code}: sent {answer['id']} to {answer['to']}")
