import os
import uuid

import requests

url = f"{os.environ['RELAY_URL']}/v1/messages"
headers = {
    "Authorization": f"Bearer {os.environ['RELAY_API_KEY']}",
    # One value per message, not per attempt: that is what makes a retry harmless.
    "Idempotency-Key": str(uuid.uuid4()),
}


def send():
    message = {"to": "ada@example.com", "body": "Your table is booked."}
    response = requests.post(url, headers=headers, json=message)
    response.raise_for_status()
    return response.json()["id"], response.headers.get("Idempotency-Replayed") == "true"


first, _ = send()
print(f"sent {first}")

# As if the answer had been lost on the way: the same request again.
second, replayed = send()
print(f"sent again: {'the same message' if second == first else 'a second message'}")
print(f"replayed: {str(replayed).lower()}")
