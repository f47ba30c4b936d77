/** A line of a log as an event for POST /api/usage, without its id; or in a word or two what is wrong with it. */
export type LogLine = { event: LogEvent } | { flaw: string };

export interface LogEvent {
  id?: string;
  /** As it stands in the log: the id of a key, or another name for one. */
  key_id: string;
  /** Milliseconds since 1970. */
  timestamp: number;
  method: string;
  path: string;
  status: number;
  duration_ms?: number;
  error_code?: string;
  request_id?: string;
  user_agent?: string;
}

/** Reads one line: JSON where it begins with a brace, nginx's `combined` otherwise. */
export function readLogLine(line: string): LogLine {
  const read = line.startsWith('{') ? readJson(line) : readCombined(line);
  if (typeof read === 'string') return { flaw: read };
  const { key_id, timestamp, method, path, status } = read;
  if (!key_id) return { flaw: 'no key' };
  if (Number.isNaN(timestamp)) return { flaw: 'no time that can be read' };
  if (!method || !path) return { flaw: 'no request' };
  if (!Number.isInteger(status)) return { flaw: 'no status' };
  return { event: { ...read, key_id, method: method.toUpperCase(), path } };
}

type Found = Omit<LogEvent, 'key_id' | 'method' | 'path'> & {
  key_id: string | undefined;
  method: string | undefined;
  path: string | undefined;
};

/** The names that common loggers have for the same thing; the first that is there counts. */
const NAMES = {
  id: ['id'],
  key_id: ['key_id', 'keyId', 'credential_id', 'key', 'remote_user'],
  time: ['timestamp', 'time', '@timestamp', 'time_iso8601', 'ts', 'msec'],
  method: ['method', 'request_method'],
  path: ['route', 'path', 'request_uri', 'uri', 'url'],
  status: ['status', 'status_code', 'statusCode'],
  milliseconds: ['duration_ms', 'responseTime', 'response_time_ms', 'elapsed_ms'],
  seconds: ['request_time', 'duration', 'upstream_response_time'],
  errorCode: ['error_code'],
  requestId: ['request_id', 'requestId', 'req_id'],
  userAgent: ['user_agent', 'http_user_agent', 'userAgent'],
} as const;

function readJson(line: string): Found | string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line);
  } catch {
    return 'not JSON, or cut off';
  }
  const find = (name: keyof typeof NAMES): string | undefined => {
    const key = NAMES[name].find(
      (known) => fields[known] !== undefined && fields[known] !== null && fields[known] !== '',
    );
    return key === undefined ? undefined : String(fields[key]);
  };
  const ms = find('milliseconds');
  return {
    // Elsewhere `id` may be anything, a user's for instance, and many lines would pass for one call.
    ...optional('id', 'key_id' in fields && 'timestamp' in fields ? find('id') : undefined),
    key_id: find('key_id'),
    timestamp: readTime(find('time')),
    method: find('method'),
    path: find('path'),
    status: Number(find('status') ?? Number.NaN),
    ...duration(ms === undefined ? Number(find('seconds')) * 1_000 : Number(ms)),
    ...optional('error_code', find('errorCode')),
    ...optional('request_id', find('requestId')),
    ...optional('user_agent', find('userAgent')),
  };
}

/** `$remote_addr - $remote_user [$time_local] "$request" $status $bytes "$http_referer" "$http_user_agent"`, and more. */
const COMBINED =
  /^\S+ \S+ (?<user>\S+) \[(?<day>\d{1,2})\/(?<month>\w{3})\/(?<year>\d{4}):(?<time>[\d:]{8}) (?<zone>[+-]\d{4})\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}) \S+(?: "(?:[^"\\]|\\.)*" "(?<agent>(?:[^"\\]|\\.)*)")?(?<rest>.*)$/;
/** What a `log_format` may add at the end: `key=… rt=… id=…`. */
const ADDED = /(?:^| )(key|rt|id)="?([^\s"]+)"?/g;

function readCombined(line: string): Found | string {
  const parts = COMBINED.exec(line)?.groups;
  if (!parts) return 'neither JSON nor the format "combined"';
  const { user, day, month, year, time, zone, request = '', status, agent, rest = '' } = parts;
  const added = new Map([...rest.matchAll(ADDED)].map(([, name = '', value = '']) => [name, value]));
  const [method, path] = request.split(' ');
  return {
    key_id: said(added.get('key')) ?? said(user),
    timestamp: Date.parse(`${day} ${month} ${year} ${time} ${zone}`),
    method,
    path,
    status: Number(status),
    ...duration(Number(said(added.get('rt')) ?? Number.NaN) * 1_000),
    ...optional('request_id', said(added.get('id'))),
    ...optional('user_agent', said(agent)),
  };
}

/** nginx writes a dash for nothing. */
const said = (value: string | undefined) => (value === '-' || value === '' ? undefined : value);

const optional = <K extends string>(key: K, value: string | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

function duration(ms: number): { duration_ms?: number } {
  return Number.isFinite(ms) && ms >= 0 ? { duration_ms: Math.round(ms * 10) / 10 } : {};
}

/** Seconds with a fraction, milliseconds, or a date. Whoever logs a date without a zone means UTC. */
function readTime(time: string | undefined): number {
  if (time === undefined) return Number.NaN;
  if (/^\d+(\.\d+)?$/.test(time)) {
    const number = Number(time);
    return Math.round(number < 1e11 ? number * 1_000 : number);
  }
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}Z`);
}
