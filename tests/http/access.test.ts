import { expect, test } from 'vitest';
import { deny, PAGES, ROUTES } from '../../src/http/policy.ts';
import { everyCaller, signedIn, staffCookie } from '../support/callers.ts';
import { onEachDatabase } from '../support/database.ts';
import { NOON, startPortal, type TestPortal } from '../support/portal.ts';
import { everyRow } from '../support/snapshot.ts';

const UNSAFE = /^(POST|PUT|PATCH|DELETE) /;
const DENIED = new Set(['no_session', 'forbidden', 'sign_in_again']);

/** A route's path with something in place of each parameter. */
const fill = (path: string) => path.replace(/:\w+(\{[^}]*\})?/g, 'something');

async function isDenied({ call }: TestPortal, route: string, cookie: string | null): Promise<boolean> {
  const [method = '', path = ''] = route.split(' ');
  // Of a stream only the beginning matters.
  const response = await call(fill(path), {
    method,
    ...(cookie && { cookie }),
    ...(UNSAFE.test(route) && { body: {} }),
  });
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  const answer = isStream || method === 'HEAD' ? '' : await response.text();
  await response.body?.cancel().catch(() => {});
  return (
    response.status >= 401 && response.status <= 403 && DENIED.has(/"code":"(\w+)"/.exec(answer)?.[1] ?? '')
  );
}

onEachDatabase('who may use what', (database) => {
  test('is said here again, route by route and caller by caller', async () => {
    const at = await startPortal(database, { env: { KEYS_PER_HOUR: '1000' } });
    const table: string[] = [];
    for (const route of Object.keys(ROUTES).sort()) {
      const admitted: string[] = [];
      for (const [caller, cookie] of Object.entries(await everyCaller(at))) {
        if (!(await isDenied(at, route, cookie))) admitted.push(caller);
      }
      table.push(`${route}: ${admitted.length === 6 ? 'everybody' : admitted.join(', ')}`);
    }
    expect(`\n${table.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      GET /.well-known/api-catalog: everybody
      GET /.well-known/api-onboarding: everybody
      GET /.well-known/oauth-protected-resource: everybody
      GET /.well-known/oauth-protected-resource/:path{.+}: everybody
      GET /admin/enter: everybody
      GET /agent/challenge: everybody
      GET /api/account/ways/:provider: developer, author, pm, admin
      GET /api/config: everybody
      GET /api/health: everybody
      GET /api/inbox: anonymous, developer
      GET /api/metrics: everybody
      GET /api/openapi.json: everybody
      GET /api/progress: anonymous, developer
      GET /api/progress/stream: anonymous, developer
      GET /api/ready: everybody
      GET /api/reporting.tgz: everybody
      GET /api/sign-in/:provider: everybody
      GET /api/sign-in/:provider/callback: everybody
      GET /auth.md: everybody
      GET /start/:code/:archive: everybody
      HEAD /start/:code/:archive: everybody
      POST /api/credentials: everybody
      POST /api/goal: anonymous, developer
      POST /api/keys/verify: everybody
      POST /api/language-wishes: everybody
      POST /api/onboarding-events: anonymous, developer
      POST /api/otlp/v1/logs: everybody
      POST /api/otlp/v1/traces: everybody
      POST /api/passkeys/add: developer, author, pm, admin
      POST /api/passkeys/add/options: developer, author, pm, admin
      POST /api/passkeys/sign-in: everybody
      POST /api/passkeys/sign-in/options: everybody
      POST /api/passkeys/sign-up: everybody
      POST /api/passkeys/sign-up/options: everybody
      POST /api/sign-in-links: everybody
      POST /api/start-codes: everybody
      POST /api/usage: everybody
      "
    `);
  });
});

test('pages open for those whose business they are', () => {
  const owner = (role: 'developer' | 'author' | 'pm' | 'admin', claimed: boolean) => ({
    sessionId: 'ses_1',
    developerId: 'dev_1',
    role,
    claimed,
    signedInAt: NOON,
    setCookies: [],
  });
  const callers = {
    nobody: { visitor: null, staff: null },
    anonymous: { visitor: owner('developer', false), staff: null },
    developer: { visitor: owner('developer', true), staff: null },
    author: { visitor: null, staff: owner('author', true) },
    pm: { visitor: null, staff: owner('pm', true) },
    admin: { visitor: null, staff: owner('admin', true) },
  };
  const table = Object.entries(PAGES).map(([page, access]) => {
    const admitted = Object.entries(callers).filter(([, caller]) => deny(access, caller, NOON) === null);
    return `${page}: ${admitted.length === 6 ? 'everybody' : admitted.map(([name]) => name).join(', ')}`;
  });
  expect(`\n${table.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    /insights: pm, admin
    /insights/time-to-first-call: pm, admin
    /insights/time-to-first-call.csv: pm, admin
    /insights/funnel: pm, admin
    /insights/overview.csv: pm, admin
    /insights/funnel.csv: pm, admin
    /insights/audits.csv: pm, admin
    /insights/cohorts: pm, admin
    /insights/cohorts.csv: pm, admin
    /insights/developers: pm, admin
    /insights/developers.csv: pm, admin
    /insights/developers/[id]: pm, admin
    /insights/report: pm, admin
    /insights/report.md: pm, admin
    /insights/languages: pm, admin
    /insights/languages.csv: pm, admin
    /insights/milestone-lab: pm, admin
    /insights/milestone-lab.csv: pm, admin
    /admin: admin
    /admin/audit: admin
    /admin/root-keys: admin
    /keys: everybody
    /requests: everybody
    /sign-in: everybody
    /sign-in/[token]: everybody
    /claim/[token]: everybody
    /account: anonymous, developer, author, pm, admin
    /account/export.json: anonymous, developer, author, pm, admin
    /account/email/[token]: developer, author, pm, admin
    /account/deleted: everybody
    "
  `);
});

const CONTENT_TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/xml',
  'application/octet-stream',
  'text/plain; charset=utf-7',
  '',
];
const FOREIGN: Record<string, string>[] = [
  { Origin: 'https://evil.example' },
  { Origin: 'null' },
  {},
  { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
  { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
];

onEachDatabase('another site', (database) => {
  test('changes nothing with anybody’s cookies, whatever it sends and however', async () => {
    const at = await startPortal(database);
    const { call, issueKey, portal, url } = at;
    const developer = await signedIn(at, 'ada@example.com', (await issueKey('own_machine')).cookie);
    const cookie = `${developer.cookie}; ${await staffCookie(at, 'admin')}`;
    const before = await everyRow(portal.ctx);
    for (const route of Object.keys(ROUTES).filter((name) => UNSAFE.test(name))) {
      const [method = '', path = ''] = route.split(' ');
      for (const type of CONTENT_TYPES) {
        for (const headers of FOREIGN) {
          const response = await call(fill(path), {
            method,
            body: '{}',
            headers: { Cookie: cookie, 'Content-Type': type, ...headers },
          });
          expect([route, type, headers, response.status]).toEqual([route, type, headers, 403]);
          expect(await response.text()).toContain('"code":"wrong_origin"');
        }
      }
      const own = await call(fill(path), { method, body: '{}', headers: { Origin: url } });
      expect(await own.text()).not.toContain('wrong_origin');
    }
    const control = await everyRow(portal.ctx);
    const changed = Object.keys(control).filter((table) => control[table]?.length !== before[table]?.length);
    // The own site's requests, one to each route, are the positive control: they did change something.
    expect(changed).toContain('credential');
    expect(control.credential?.filter((row) => !before.credential?.includes(row))).toHaveLength(1);
  });
});
