#!/bin/sh
curl -sS "$RELAY_URL/v1/messages" \
  -H "Authorization: Bearer $RELAY_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"to": "ada@example.com", "body": "Hello from my own machine."}'
