import type { FailingCall } from './rules.ts';

/** The one line to have instead, as the calling program would write it. The key is always a variable. */
export interface ExampleLines {
  /** The Authorization header as it should be. */
  authorization: string;
  json: string;
  idempotency: string;
  /** The address, from the API's origin on. */
  address(path: string): string;
  /** The method, for a path. */
  method(method: string, path: string): string;
  /** A body of JSON. */
  body(value: Readonly<Record<string, unknown>>): string;
  wait(seconds: number): string;
}

const CURL: ExampleLines = {
  authorization: '-H "Authorization: Bearer $RELAY_API_KEY"',
  json: '-H "Content-Type: application/json"',
  idempotency: '-H "Idempotency-Key: order-$(date +%s)"',
  address: (path) => `"$RELAY_URL${path}"`,
  method: (method, path) => `curl -X ${method} "$RELAY_URL${path}"`,
  body: (value) => `-d '${JSON.stringify(value)}'`,
  wait: (seconds) => `sleep ${seconds}`,
};

const PYTHON: ExampleLines = {
  authorization: 'headers = {"Authorization": f"Bearer {os.environ[\'RELAY_API_KEY\']}"}',
  json: 'requests.post(url, headers=headers, json=message)',
  idempotency: 'headers["Idempotency-Key"] = str(uuid.uuid4())',
  address: (path) => `url = f"{os.environ['RELAY_URL']}${path}"`,
  method: (method, path) => `requests.${method.toLowerCase()}(f"{os.environ['RELAY_URL']}${path}")`,
  body: (value) => `json=${JSON.stringify(value).replace(/":/g, '": ').replace(/,"/g, ', "')}`,
  wait: (seconds) => `time.sleep(${seconds})`,
};

const JAVASCRIPT: ExampleLines = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the reader's code.
  authorization: 'Authorization: `Bearer ${process.env.RELAY_API_KEY}`,',
  json: "'Content-Type': 'application/json',",
  idempotency: "'Idempotency-Key': crypto.randomUUID(),",
  address: (path) => `\`\${process.env.RELAY_URL}${path}\``,
  method: (method) => `method: '${method}',`,
  body: (value) => `body: JSON.stringify(${JSON.stringify(value)}),`,
  wait: (seconds) => `await new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}));`,
};

const LINES: Record<FailingCall['client'], ExampleLines> = {
  curl: CURL,
  python: PYTHON,
  javascript: JAVASCRIPT,
  // Whatever else it is, its author knows a shell.
  other: CURL,
  monitor: CURL,
};

export function linesFor(client: FailingCall['client']): ExampleLines {
  return LINES[client];
}
