import { describe, expect, test } from 'vitest';
import type { Db } from '../../../src/context.ts';
import { cohortTable, HORIZONS } from '../../../src/features/insights/cohort-table.ts';
import { parseDeveloperList, writePlace } from '../../../src/features/insights/developer-list-query.ts';
import { reportDeveloper } from '../../../src/features/insights/developer-report.ts';
import { auditFriction } from '../../../src/features/insights/friction-audit.ts';
import { type DeveloperLine, listDevelopers } from '../../../src/features/insights/list-developers.ts';
import { overview } from '../../../src/features/insights/overview.ts';
import { readInsights } from '../../../src/features/insights/read-insights.ts';
import { recordOnboardingEvent } from '../../../src/features/milestones/onboarding-event-store.ts';
import { deleteDeveloper } from '../../../src/features/privacy/delete-developer.ts';
import type { Portal } from '../../../src/portal.ts';
import { pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal } from '../../support/portal.ts';

async function list(portal: Portal, address: string, size?: number) {
  const search = new URLSearchParams(address);
  const insights = await readInsights(portal, search);
  return listDevelopers(portal.ctx, insights, parseDeveloperList(search), size);
}

/** All pages one after the other. */
async function all(portal: Portal, address: string, size: number): Promise<DeveloperLine[]> {
  const lines: DeveloperLine[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page = await list(portal, `${address}&after=${after}`, size);
    lines.push(...page.lines);
    after = page.next && writePlace(page.next);
  }
  return lines;
}

/** Every second one calls, some before seven days are over and some after; every sixth goes live. */
async function writeMilestones(db: Db, developers: readonly string[]): Promise<void> {
  for (const [n, id] of developers.entries()) {
    const { t0 } = await db
      .selectFrom('developer')
      .select('t0')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const at = (t0 ?? 0) + (n % 4 === 0 ? 1 : 8) * 24 * HOUR;
    if (n % 2 === 1 || at > NOON) continue;
    const call = { event_id: `evt_${id}`, method: 'GET', route: '/', status: 200, duration_ms: 1 };
    for (const name of n % 6 === 0 ? ['first_api_call', 'integration_live'] : ['first_api_call']) {
      await db.deleteFrom('milestone').where('developer_id', '=', id).where('name', '=', name).execute();
      await db
        .insertInto('milestone')
        .values({ developer_id: id, name, reached_at: at, occurred_at: at, ...call })
        .execute();
    }
  }
}

const ids = (lines: readonly DeveloperLine[]) => lines.map(({ id }) => id);

onEachDatabase('the list of developers', (database) => {
  /** 24 who began over four days, six of them at the same moment; of every third more is known. */
  async function populate() {
    const tested = await startPortal(database);
    const { portal, clock, issueKey } = tested;
    const people: { id: string; credentialId: string }[] = [];
    for (let n = 0; n < 24; n += 1) {
      clock.now = NOON + Math.floor(n / 6) * 24 * HOUR;
      const { developer_id, credential } = await issueKey(n % 2 === 0 ? 'agent' : 'own_machine');
      people.push({ id: developer_id, credentialId: credential.id });
    }
    clock.now += HOUR;
    for (const [n, { id, credentialId }] of people.entries()) {
      const call = pendingCall({ id: `call${n}`, credentialId, receivedAt: clock.now });
      if (n % 3 === 1) portal.usage.record({ ...call, status: 422, errorCode: 'invalid_recipient' });
      if (n % 6 === 2)
        await recordOnboardingEvent(portal.ctx.db, {
          developerId: id,
          name: 'sample_run',
          receivedAt: clock.now,
          props: { language: 'python' },
        });
    }
    await portal.usage.flushed();
    clock.now += 50 * HOUR;
    return { ...tested, people };
  }

  test('every developer is on exactly one page, whatever the order, the filter and the size of the page', async () => {
    const { portal, people } = await populate();
    const newest = await all(portal, '', 100);
    expect(newest).toHaveLength(24);
    expect(newest.map(({ t0 }) => t0)).toEqual(newest.map(({ t0 }) => t0).toSorted((a, b) => b - a));
    for (const address of [
      '',
      'idle=48',
      'kind=silent',
      'kind=struggling',
      'stage=run',
      'actor=agent&idle=72',
      'atleast=run',
      'did=credential',
      'did=credential&within=1&idle=48',
      'atleast=credential&kind=struggling',
    ]) {
      const whole = await all(portal, address, 100);
      expect(whole.length, address).toBeGreaterThan(0);
      for (const size of [1, 5]) expect(ids(await all(portal, address, size)), address).toEqual(ids(whole));
      expect((await list(portal, address)).total).toBe(whole.length);
    }
    const kinds = await Promise.all(['silent', 'struggling'].map((kind) => all(portal, `kind=${kind}`, 7)));
    expect(kinds.flatMap(ids).toSorted()).toEqual(people.map(({ id }) => id).toSorted());
  });

  test('the developers behind a figure are as many as the figure says', async () => {
    const { portal, people } = await populate();
    const { db } = portal.ctx;
    const [banned, ...others] = people.map(({ id }) => id);
    await db
      .updateTable('developer')
      .set({ excluded: 'banned' })
      .where('id', '=', banned ?? '')
      .execute();
    // The first of them 10 days ago, so that a share within 7 days is of some.
    for (const [n, id] of others.entries()) {
      await db
        .updateTable('developer')
        .set({ t0: NOON - (10 - n / 2) * 24 * HOUR })
        .where('id', '=', id)
        .execute();
    }
    await writeMilestones(db, others);
    const insights = await readInsights(portal, new URLSearchParams());
    const report = await overview(insights, portal.ctx);
    const behind = async (address: string) => {
      const whole = await all(portal, address, 7);
      expect((await list(portal, address)).total, address).toBe(whole.length);
      return whole.length;
    };
    expect(report.activation.count.k).toBeGreaterThan(0);
    expect(report.activation.count.k).toBeLessThan(report.called);
    expect(await behind('did=first_call&within=7')).toBe(report.activation.count.k);
    expect(await behind('did=first_call')).toBe(report.called);
    expect(await behind('did=live')).toBe(report.liveNow.now + report.liveNow.lapsed);
    expect(await behind('excluded=yes')).toBe(1);
    expect((await all(portal, 'excluded=yes', 7)).map(({ id, excluded }) => [id, excluded])).toEqual([
      [banned, 'banned'],
    ]);
    for (const { step, reached } of auditFriction(insights).steps)
      expect(await behind(`atleast=${step}`), step).toBe(reached);
    const { rows } = cohortTable(insights, 'first_call');
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    for (const { start, end, n, cells } of rows) {
      const week = `from=${day(start)}&to=${day(end - 1)}`;
      expect(await behind(week)).toBe(n);
      for (const [age, { k, mature }] of cells.entries()) {
        if (mature) expect(await behind(`${week}&did=first_call&within=${HORIZONS[age]?.days}`)).toBe(k);
      }
    }
  });

  test('who has done nothing for 48 hours: who stopped last first, with what they did last', async () => {
    const { portal, people, clock } = await populate();
    const lines = await all(portal, 'idle=72', 10);
    // Those of the last day, and those of whom something was heard afterwards, have been idle for 51 hours at most.
    expect(lines).toHaveLength(9);
    const idle = lines.map(({ standing }) => standing.idle ?? 0);
    expect(idle).toEqual(idle.toSorted((a, b) => a - b));
    const struggling = await all(portal, 'kind=struggling', 10);
    expect(struggling.map(({ id }) => people.findIndex((one) => one.id === id) % 3)).toEqual(
      struggling.map(() => 1),
    );
    expect(struggling.at(-1)).toMatchObject({
      step: 'credential',
      errorCode: 'invalid_recipient',
      standing: { idle: 50 * HOUR, kind: 'struggling' },
      toFirstCall: null,
      chance: null,
    });
    clock.now -= 3 * HOUR;
    expect(await all(portal, 'idle=48&kind=struggling', 10)).toEqual([]);
  });

  test('a call of the last hour counts, though the row of the developer is older', async () => {
    const { portal, people } = await populate();
    const [, struggling, , silent] = people.map(({ id }) => id);
    await portal.journeys.current();
    const update = (developerId: string | undefined, last_call_at: number) =>
      portal.ctx.db
        .updateTable('developer_state')
        .set({ last_call_at })
        .where('developer_id', '=', developerId ?? '')
        .execute();
    const [state] = await portal.ctx.db
      .selectFrom('developer_state')
      .select('last_call_at')
      .where('developer_id', '=', struggling ?? '')
      .execute();
    await update(struggling, (state?.last_call_at ?? 0) + 30 * 60_000);
    await portal.ctx.db.deleteFrom('journey_due').execute();
    const found = (await list(portal, '')).lines.find(({ id }) => id === struggling);
    expect(found?.standing.idle).toBe(49.5 * HOUR);
    expect(ids(await all(portal, 'kind=silent', 50))).toContain(silent);
  });

  test('searched by the beginning of an id, and by its end', async () => {
    const { portal, people } = await populate();
    const id = people[7]?.id ?? '';
    for (const text of [id, id.slice(0, -2), id.slice(-8), `…${id.slice(-8)}`, id.slice(-20)]) {
      expect(ids((await list(portal, new URLSearchParams({ search: text }).toString())).lines)).toContain(id);
    }
    for (const text of [
      'nobody',
      '%',
      '_',
      "'; drop table journey; --",
      '\u{10ffff}',
      id.slice(0, -1).replace('dev', 'Dev'),
    ]) {
      expect((await list(portal, new URLSearchParams({ search: text }).toString())).lines).toEqual([]);
    }
    const elsewhere = new URLSearchParams({ search: id, stage: 'live' });
    expect((await list(portal, elsewhere.toString())).lines).toEqual([]);
  });

  test('who deleted themselves is in it as nobody, and is not idle', async () => {
    const { portal, people } = await populate();
    await portal.journeys.current();
    await deleteDeveloper(portal, people[0]?.id ?? '');
    const lines = await all(portal, '', 100);
    expect(lines.filter(({ gone }) => gone)).toMatchObject([
      { standing: { idle: null, kind: null }, chance: null },
    ]);
    expect(ids(await all(portal, 'idle=48', 100))).not.toContain(lines.find(({ gone }) => gone)?.id);
  });

  test('the page of a developer tells the gaps between the steps, and how long nothing has happened', async () => {
    const { portal, people } = await populate();
    const report = await reportDeveloper(portal.ctx, portal.definition, people[2]?.id ?? '');
    expect(report?.journey?.steps.map(({ state }) => state)).toEqual([
      'reached',
      'passed_over',
      'reached',
      'reached',
      'ahead',
      'ahead',
      'ahead',
      'ahead',
    ]);
    expect(report?.journey?.steps.map(({ gap }) => gap).slice(2, 4)).toEqual([0, 73 * HOUR]);
    expect(report?.journey?.standing).toEqual({ idle: 50 * HOUR, waited: 50 * HOUR, kind: 'silent' });
  });
});

describe('what the address asks for', () => {
  const parse = (address: string) => parseDeveloperList(new URLSearchParams(address));

  test('what cannot be understood is left out, and said', () => {
    const query = parse('stage=paid&idle=12&kind=<b>&search=dev_1&after=x');
    expect(query).toMatchObject({ stage: null, idle: null, kind: null, search: 'dev_1', after: null });
    expect(query.complaints).toHaveLength(3);
    expect(query.complaints[1]).toBe('“12” is no idle time. There are 48, 72.');
  });

  test('a place somebody mistyped is the beginning', () => {
    for (const after of ['x', "1~'; drop table journey", '~', '', `1~${'a'.repeat(101)}`]) {
      expect(parse(new URLSearchParams({ after }).toString()).after).toBeNull();
    }
    expect(parse('after=12~dev_a').after).toEqual({ at: 12, id: 'dev_a' });
  });
});
