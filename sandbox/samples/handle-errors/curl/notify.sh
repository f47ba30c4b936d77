#!/bin/sh
# Needs jq.

notify() {
  answer=$(curl -sS "$RELAY_URL/v1/messages" \
    -H "Authorization: Bearer $RELAY_API_KEY" \
    -H "Content-Type: application/json" \
    -d "{\"to\": \"$1\", \"body\": \"Your order is on its way.\"}")

  # Branch on the code; the sentence is for people and may change.
  case $(echo "$answer" | jq -r '.code // "sent"') in
    sent) echo "sent $(echo "$answer" | jq -r '.id') to $1" ;;
    recipient_invalid) echo "cannot reach $1: recipient_invalid" ;;
    rate_limited) echo "too many at once: wait, then go on" ;;
    *) echo "$answer" | jq -r '.detail' >&2; exit 1 ;;
  esac
}

notify "ada at example.com"
notify "ada@example.com"
