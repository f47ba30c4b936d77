#!/bin/sh
# Needs jq.
set -e

for name in one two three; do
  curl -sS "$RELAY_URL/v1/messages" \
    -H "Authorization: Bearer $RELAY_API_KEY" \
    -H "Content-Type: application/json" \
    -d "{\"to\": \"ada@example.com\", \"body\": \"Message $name\"}" > /dev/null
done

# The first page of two, then the one that its next_cursor leads to.
first=$(curl -sS "$RELAY_URL/v1/messages?limit=2" -H "Authorization: Bearer $RELAY_API_KEY")
echo "$first" | jq -r '.data[] | .id + "  " + .body'

cursor=$(echo "$first" | jq -r '.next_cursor')
curl -sS "$RELAY_URL/v1/messages?limit=2&cursor=$cursor" -H "Authorization: Bearer $RELAY_API_KEY" |
  jq -r '.data[0] | .id + "  " + .body'
