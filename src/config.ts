import { z } from 'zod';

const url = (...schemes: string[]) =>
  z.url({
    protocol: new RegExp(`^(${schemes.join('|')})$`),
    error: `must be an absolute URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  });

/** An unset variable and an empty one mean the same, as in most container configuration. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => (given === '' || given === undefined ? value : given), schema);

/** An issuer of identities is believed, so nobody may stand between: https, or this very machine while trying out. */
const issuer = z
  .url('must be an absolute URL')
  .refine(
    (value) => /^https:/.test(value) || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(value),
    'must be an absolute URL that begins with https://',
  );

const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${min} to ${max}` })
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be a whole number from ${min} to ${max}`)
    .max(max, `must be a whole number from ${min} to ${max}`);

const SANDBOX_ENGINES = ['embedded', 'webcontainer'] as const;
export type SandboxEngineName = (typeof SANDBOX_ENGINES)[number];

const ENGINES_EXPECTED =
  'must name embedded, and webcontainer where you may use it, in the order in which they are tried';
const engineList = z
  .string()
  .transform((list) => list.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(SANDBOX_ENGINES, { error: ENGINES_EXPECTED }), { error: ENGINES_EXPECTED }))
  // Without the embedded one nothing would be left when StackBlitz is out of reach.
  .refine((names) => names.includes('embedded') && new Set(names).size === names.length, ENGINES_EXPECTED);

const SCOPES_EXPECTED = 'must be words such as read,write or messages:send, 50 at most, between commas';
const scopeList = z
  .string()
  .transform((list) => [...new Set(list.split(',').map((name) => name.trim()))])
  .pipe(
    z
      .array(z.string().regex(/^[a-z][\w.:-]{0,59}$/i, SCOPES_EXPECTED), { error: SCOPES_EXPECTED })
      .max(50, SCOPES_EXPECTED),
  );

/** A calendar needs a place: an offset such as +02:00 is wrong for half of the year. */
const timeZone = z.string().refine((name) => {
  try {
    return /^[a-z]/i.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}, 'must be the name of a time zone such as Europe/Berlin');

const environment = z.object({
  PORT: withDefault(wholeNumber(0, 65_535), 4321),
  HOST: withDefault(z.string(), 'localhost'),
  PUBLIC_URL: optional(url('http', 'https')),
  DATA_DIR: withDefault(z.string(), './data'),
  DATABASE_URL: optional(url('postgres', 'postgresql')),
  UPSTREAM_URL: optional(url('http', 'https')),
  UPSTREAM_AUTHORIZATION: optional(z.string()),
  UPSTREAM_TIMEOUT_MS: withDefault(wholeNumber(100, 600_000), 30_000),
  SMTP_URL: optional(url('smtp', 'smtps')),
  MAIL_FROM: optional(
    z
      .string()
      .regex(
        /^([^<>"\p{Cc}]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u,
        'must be an address such as Firstcall <hello@example.com>',
      ),
  ),
  LOG_LEVEL: withDefault(
    z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
      error: 'must be one of silent, fatal, error, warn, info, debug, trace',
    }),
    'info',
  ),
  API_PREFIX: withDefault(
    z
      .string()
      .regex(/^\/[a-z0-9]([a-z0-9/_-]*[a-z0-9])?$/i, 'must be a path such as /v1')
      .regex(
        /^(?!\/(api|admin|insights|start|sandbox|agent|auth|keys|requests|account|sign-in|claim)(\/|$))/,
        'must not be one of the portal’s own paths',
      ),
    '/v1',
  ),
  KEY_PREFIX: withDefault(
    z.string().regex(/^[a-z][a-z0-9]{0,11}$/, 'must be 1 to 12 lower-case letters or digits'),
    'fc',
  ),
  RATE_LIMIT_PER_SECOND: withDefault(wholeNumber(1, 1_000_000), 20),
  KEY_SCOPES: withDefault(scopeList, 'read,write'),
  SECRET_KEY: optional(z.string().min(32, 'must have at least 32 characters')),
  KEYS_PER_HOUR: withDefault(wholeNumber(1, 1_000_000), 30),
  MAX_BODY_BYTES: withDefault(wholeNumber(1_024, 1_073_741_824), 1_048_576),
  SPOOL_MAX_BYTES: withDefault(wholeNumber(1_048_576, 1_099_511_627_776), 1_073_741_824),
  SANDBOX_ENGINES: optional(engineList),
  WEBCONTAINER_CLIENT_ID: optional(
    z.string().regex(/^[\w.~-]{1,200}$/, 'must be the client id as StackBlitz wrote it'),
  ),
  GITHUB_URL: withDefault(issuer, 'https://github.com'),
  GITHUB_CLIENT_ID: optional(z.string()),
  GITHUB_CLIENT_SECRET: optional(z.string()),
  GOOGLE_CLIENT_ID: optional(z.string()),
  GOOGLE_CLIENT_SECRET: optional(z.string()),
  OIDC_NAME: withDefault(z.string().max(40, 'must have at most 40 characters'), 'your company'),
  OIDC_ISSUER: optional(issuer),
  OIDC_CLIENT_ID: optional(z.string()),
  OIDC_CLIENT_SECRET: optional(z.string()),
  OIDC_AUTHORITATIVE: withDefault(z.enum(['true', 'false'], { error: 'must be true or false' }), 'false'),
  RETENTION_DAYS_USAGE: withDefault(wholeNumber(0, 36_500), 400),
  RETENTION_DAYS_AUDIT: withDefault(wholeNumber(0, 36_500), 730),
  RETENTION_DAYS_UNCLAIMED: withDefault(wholeNumber(0, 36_500), 400),
  REPORTING_ZONE: withDefault(timeZone, 'UTC'),
  DRAIN_MS: withDefault(wholeNumber(0, 600_000), 0),
  TRUST_PROXY: withDefault(z.enum(['true', 'false'], { error: 'must be true or false' }), 'false'),
});

/** The parsed environment; nothing else in the portal reads `process.env`. Times are milliseconds. */
export interface Config {
  port: number;
  host: string;
  /** Without a trailing slash. Links, cookies (`Secure`) and the origin check follow from it. */
  publicUrl: string;
  dataDir: string;
  databaseUrl: string | undefined;
  /** `undefined`: the built-in API answers. */
  upstreamUrl: string | undefined;
  upstreamAuthorization: string | undefined;
  upstreamTimeoutMs: number;
  smtpUrl: string | undefined;
  /** Whom mail comes from, as the header has it. */
  mailFrom: string;
  logLevel: string;
  /** The path under which the gateway answers, such as `/v1`. */
  apiPrefix: string;
  keyPrefix: string;
  /** Per key; bursts of twice as many are let through. */
  rateLimitPerSecond: number;
  /** What a key can be limited to. The gateway itself asks for `read` and `write`, where they are among them. */
  keyScopes: string[];
  /** What secrets in the database are encrypted under; `undefined`: a file in the data folder. */
  secretKey: string | undefined;
  /** Keys without sign-up, per address and hour; and new keys per developer and hour. */
  keysPerHour: number;
  maxBodyBytes: number;
  /** For calls in files while the database is away. */
  spoolMaxBytes: number;
  /** In the order in which the workspace tries them; `embedded` is always among them. */
  sandboxEngines: SandboxEngineName[];
  /** What StackBlitz gives to a company with a licence. Not a secret: it is part of an address on the page. */
  webcontainerClientId: string | undefined;
  /** Another address than github.com is a GitHub Enterprise Server. */
  githubUrl: string;
  githubClientId: string | undefined;
  githubClientSecret: string | undefined;
  googleClientId: string | undefined;
  googleClientSecret: string | undefined;
  /** What the button of the company's own OpenID Connect provider calls it. */
  oidcName: string;
  oidcIssuer: string | undefined;
  oidcClientId: string | undefined;
  oidcClientSecret: string | undefined;
  /** Whether that provider hands out the addresses it names, so that an address names a person. */
  oidcAuthoritative: boolean;
  /** How many days a recorded call is kept; 0: for good. */
  retentionDaysUsage: number;
  /** The same of what was done with keys, roles and sessions. */
  retentionDaysAudit: number;
  /** The same of developers nobody signed up for, counted from their last key or call. */
  retentionDaysUnclaimed: number;
  /** Where weeks of developers begin, by its IANA name. */
  reportingZone: string;
  /** After SIGTERM: how long the portal says that it is not ready and goes on answering, until the balancer knows. */
  drainMs: number;
  /** Whether `X-Forwarded-For` is set by a proxy of ours and may be believed. */
  trustProxy: boolean;
}

/** A value that the portal cannot start with; the message is one sentence that names the variable. */
export class ConfigError extends Error {}

/** Throws ConfigError for the first wrong variable. */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    throw new ConfigError(`${name} ${issue?.message}, but is ${shown(name, env[name])}.`);
  }
  const e = parsed.data;
  const publicUrl = (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/+$/, '');
  requireTogether(e, 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET');
  requireTogether(e, 'GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET');
  requireTogether(e, 'OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET');
  return {
    port: e.PORT,
    host: e.HOST,
    publicUrl,
    dataDir: e.DATA_DIR,
    databaseUrl: e.DATABASE_URL,
    upstreamUrl: e.UPSTREAM_URL?.replace(/\/+$/, ''),
    upstreamAuthorization: e.UPSTREAM_AUTHORIZATION,
    upstreamTimeoutMs: e.UPSTREAM_TIMEOUT_MS,
    smtpUrl: e.SMTP_URL,
    mailFrom: e.MAIL_FROM ?? `Firstcall <no-reply@${new URL(publicUrl).hostname}>`,
    logLevel: e.LOG_LEVEL,
    apiPrefix: e.API_PREFIX,
    keyPrefix: e.KEY_PREFIX,
    rateLimitPerSecond: e.RATE_LIMIT_PER_SECOND,
    keyScopes: e.KEY_SCOPES,
    secretKey: e.SECRET_KEY,
    keysPerHour: e.KEYS_PER_HOUR,
    maxBodyBytes: e.MAX_BODY_BYTES,
    spoolMaxBytes: e.SPOOL_MAX_BYTES,
    sandboxEngines:
      e.SANDBOX_ENGINES ?? (e.WEBCONTAINER_CLIENT_ID ? ['webcontainer', 'embedded'] : ['embedded']),
    webcontainerClientId: e.WEBCONTAINER_CLIENT_ID,
    githubUrl: e.GITHUB_URL.replace(/\/+$/, ''),
    githubClientId: e.GITHUB_CLIENT_ID,
    githubClientSecret: e.GITHUB_CLIENT_SECRET,
    googleClientId: e.GOOGLE_CLIENT_ID,
    googleClientSecret: e.GOOGLE_CLIENT_SECRET,
    oidcName: e.OIDC_NAME,
    oidcIssuer: e.OIDC_ISSUER,
    oidcClientId: e.OIDC_CLIENT_ID,
    oidcClientSecret: e.OIDC_CLIENT_SECRET,
    oidcAuthoritative: e.OIDC_AUTHORITATIVE === 'true',
    retentionDaysUsage: e.RETENTION_DAYS_USAGE,
    retentionDaysAudit: e.RETENTION_DAYS_AUDIT,
    retentionDaysUnclaimed: e.RETENTION_DAYS_UNCLAIMED,
    reportingZone: e.REPORTING_ZONE,
    drainMs: e.DRAIN_MS,
    trustProxy: e.TRUST_PROXY === 'true',
  };
}

/** Half a provider would be a button that leads nowhere. */
function requireTogether(e: z.infer<typeof environment>, ...names: (keyof typeof e)[]): void {
  const missing = names.filter((name) => e[name] === undefined);
  const [given] = names.filter((name) => e[name] !== undefined);
  if (given && missing[0]) throw new ConfigError(`${missing[0]} is missing: ${given} is nothing without it.`);
}

/** URLs and authorisations may hold passwords, and a secret is one, so they are never repeated. */
function shown(name: string, value: string | undefined): string {
  return /URL|ISSUER|AUTHORIZATION|SECRET/.test(name) ? 'something else' : JSON.stringify(value);
}
