import { expect, test } from 'vitest';
import { solve } from '../../src/features/agents/proof-of-work.ts';
import type { Challenge } from '../../src/features/agents/proof-schema.ts';
import { onEachDatabase } from '../support/database.ts';
import { startPortal } from '../support/portal.ts';

interface Descriptor {
  flow: {
    steps: { id: string; request: { method: string; url: string; body: unknown } }[];
    outputs: Record<string, string>;
  };
}

/** What a generic engine does with a descriptor, and nothing that knows this portal. */
async function follow({ flow }: Descriptor): Promise<Record<string, string>> {
  const results: Record<string, unknown> = {};
  for (const { id, request } of flow.steps) {
    const { method, url, body } = request;
    const headers = { 'Content-Type': 'application/json' };
    results[id] = await (await fetch(url, { method, headers, body: JSON.stringify(body) })).json();
  }
  const read = (path: string) =>
    path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], results);
  return Object.fromEntries(
    Object.entries(flow.outputs).map(([name, template]) => [
      name,
      String(read(template.replace(/^\{steps\.|\}$/g, ''))),
    ]),
  );
}

onEachDatabase('an agent', (database) => {
  test('that knows nothing but the API gets from a 401 to a 200', async () => {
    const { call, portal } = await startPortal(database);
    const refused = await call('/v1/me');
    expect(refused.status).toBe(401);
    const problem = await refused.json();
    const [, metadataUrl = ''] =
      /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
    const metadata = await (await fetch(metadataUrl)).json();
    expect(metadata.resource).toBe(`${portal.ctx.config.publicUrl}/v1`);
    expect(await (await fetch(metadata.resource_documentation)).text()).toContain(problem.onboarding_url);

    const outputs = await follow(await (await fetch(problem.onboarding_url)).json());
    const answered = await fetch(`${metadata.resource}/me`, {
      headers: { Authorization: `Bearer ${outputs.api_key}` },
    });
    expect(answered.status).toBe(200);
    await portal.usage.flushed();
    const calls = await portal.ctx.db.selectFrom('usage_event').select(['origin', 'status']).execute();
    expect(calls).toEqual([{ origin: 'agent', status: 200 }]);
    expect(outputs.claim_url).toMatch(/\/claim\/[a-z0-9]{40}$/);
  });

  test('reads every document from any site, and reads it again for nothing', async () => {
    const { call, portal } = await startPortal(database);
    for (const [path, type] of [
      ['/.well-known/api-onboarding', 'application/json'],
      ['/.well-known/oauth-protected-resource', 'application/json'],
      ['/.well-known/oauth-protected-resource/v1', 'application/json'],
      ['/.well-known/api-catalog', 'application/linkset+json'],
      ['/auth.md', 'text/markdown; charset=utf-8'],
    ] as const) {
      const response = await call(path, { headers: { Origin: 'https://agent.example' } });
      expect([path, response.status, response.headers.get('content-type')]).toEqual([path, 200, type]);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const etag = response.headers.get('etag') ?? '';
      expect((await call(path, { headers: { 'If-None-Match': etag } })).status).toBe(304);
      const text = await response.text();
      for (const [url] of text.matchAll(/https?:\/\/[\w.:/-]+/g)) {
        const { pathname, origin } = new URL(url);
        expect(origin).toBe(portal.ctx.config.publicUrl);
        // Pages are not served here; everything else that is named has to be there.
        if (/^\/(quickstart|guides)\//.test(pathname)) continue;
        const { status } = await call(pathname, pathname === '/api/credentials' ? { body: {} } : {});
        expect([pathname, status]).toEqual([pathname, expect.toBeOneOf([200, 201, 401, 404])]);
        if (status === 404) expect(pathname).toBe('/v1');
      }
    }
    expect((await call('/.well-known/oauth-protected-resource/v2')).status).toBe(404);
  });

  test('works for its key when many were asked for, and each piece of work counts once and here', async () => {
    const { call, portal } = await startPortal(database, {
      env: { KEYS_PER_HOUR: '6', TRUST_PROXY: 'true' },
    });
    const ask = async (pow?: unknown, address = '192.0.2.1') => {
      const body = { origin: 'agent', ...(pow !== undefined && { pow }) };
      const response = await call('/api/credentials', { body, headers: { 'X-Forwarded-For': address } });
      return { status: response.status, answer: (await response.json()) as Challenge & { code: string } };
    };
    for (let n = 0; n < 4; n += 1) expect((await ask()).status).toBe(201);
    const asked = await ask();
    expect(asked).toMatchObject({
      status: 429,
      answer: { code: 'proof_of_work_required', alg: 'SHA-256', bits: 18 },
    });
    expect((await ask(undefined, '192.0.2.2')).status).toBe(201);

    const pow = { challenge: asked.answer.challenge, nonce: solve(asked.answer) };
    for (let n = 0; n < 4; n += 1) await ask(undefined, '192.0.2.3');
    expect((await ask(pow, '192.0.2.3')).answer).toMatchObject({
      detail: expect.stringContaining('another network'),
    });
    expect((await ask({ ...pow, nonce: pow.nonce + 1 })).answer.code).toBe('proof_of_work_required');
    const racers = await Promise.all(Array.from({ length: 10 }, () => ask(pow)));
    expect(racers.filter(({ status }) => status === 201)).toHaveLength(1);

    const beforehand = await (
      await call('/agent/challenge', { headers: { 'X-Forwarded-For': '192.0.2.1' } })
    ).json();
    const next = { challenge: beforehand.challenge, nonce: solve(beforehand) };
    expect((await ask(next)).status).toBe(201);
    expect((await ask({ challenge: 'x', nonce: 0 })).answer.code).toMatch(
      /proof_of_work_required|rate_limited/,
    );
    const { n } = await portal.ctx.db
      .selectFrom('spent_challenge')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(Number(n)).toBe(2);
  });
});
