#!/bin/sh
# Needs jq.
set -e

# One value per message, not per attempt: that is what makes a retry harmless.
key="table-$(date +%s)-$$"

send() {
  curl -sS "$RELAY_URL/v1/messages" \
    -H "Authorization: Bearer $RELAY_API_KEY" \
    -H "Content-Type: application/json" \
    -H "Idempotency-Key: $key" \
    -d '{"to": "ada@example.com", "body": "Your table is booked."}'
}

first=$(send | jq -r '.id')
echo "sent $first"

# As if the answer had been lost on the way: the same request again.
second=$(send | jq -r '.id')
if [ "$second" = "$first" ]; then
  echo "sent again: the same message"
else
  echo "sent again: a second message"
fi
