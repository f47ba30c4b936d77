import { changeSinceAudit, restate } from '../../features/insights/quarter-audit.ts';
import { listFigures } from '../../features/insights/quarter-findings.ts';
import type { QuarterlyReport } from '../../features/insights/quarterly-report.ts';
import { STEPS } from '../../features/journeys/journey.ts';
import { sayCount, sayDay, sayDimension, sayExcluded, sayMoment, sayN, sayShare, sayValue } from './say.ts';
import { sayAudit, sayColumns, sayFigure, sayPart, sayRestated } from './say-audit.ts';
import { sayCandidate } from './say-lab.ts';
import { sayAttainment, sayBand, sayMedian, sayPointsRange } from './say-speed.ts';
import { sayDifference, sayLoss, sayTransition } from './say-steps.ts';

/** A part of a report: the same words for a page and for a file. */
export interface Section {
  title: string;
  sentences: string[];
  table?: { head: string[]; rows: string[][] };
}

/** The whole report. Nothing in it is HTML or Markdown. */
export function sayQuarter(report: QuarterlyReport): Section[] {
  return [
    whom(report),
    activation(report),
    timeToValue(report),
    losses(report),
    steps(report),
    audited(report),
    mix(report),
    milestone(report),
    quality(report),
  ];
}

function whom({ quarter, previous, developers, asOf, final }: QuarterlyReport): Section {
  const sentences = [
    `${sayCount(developers.current)} developers began in ${quarter.label}, and ${sayCount(developers.previous)} in ${previous.label}. ${sayCount(developers.excluded)} more are excluded.`,
    `As of ${sayMoment(asOf)}.`,
  ];
  if (!final)
    sentences.push(
      'Not final: the quarter goes on, or somebody who began in it has not been here for 21 days.',
    );
  return { title: 'Whom it is about', sentences };
}

function activation({ activation: { current, change }, previous }: QuarterlyReport): Section {
  const { count, share } = current;
  const sentences = share
    ? [
        `${sayShare(share.share)} made their first call within 7 days of t0: ${sayCount(count.k)} of ${sayCount(count.n)} who have been here for so long, ${sayBand(share)}.`,
      ]
    : ['Nobody has been here for 7 days yet.'];
  if (change) sentences.push(`Against ${previous.label}: ${sayPointsRange(change)}.`);
  return { title: 'Activation', sentences };
}

function timeToValue({ firstCall, live }: QuarterlyReport): Section {
  const rows = [
    { name: 'First call', value: firstCall },
    { name: 'Live', value: live },
  ].map(({ name, value }) => [
    name,
    String(value.n),
    value.within ? `${sayShare(value.within.share)} (${sayBand(value.within)})` : '–',
    sayAttainment(value.attainment, value.within, value.target),
    sayMedian(value),
  ]);
  return {
    title: 'Time to value',
    sentences: ['With those who are still waiting counted.'],
    table: { head: ['Milestone', 'n', 'Within the target’s time', 'Target', 'Median'], rows },
  };
}

function losses({ audit }: QuarterlyReport): Section {
  const sentences = audit.worst.map(sayLoss);
  return {
    title: 'Where most are lost',
    sentences: sentences.length > 0 ? sentences : ['Nobody was lost.'],
  };
}

function steps({ steps: change, audited, quarter, previous }: QuarterlyReport): Section {
  const rows = changeSinceAudit(change, audited.previous);
  const isRestated = rows.some(({ restated }) => restated);
  return {
    title: 'From step to step',
    sentences: [
      'Steps taken within 14 days of t0, by those who have been here for so long.',
      sayAudit(audited.previous, previous, rows),
    ],
    table: {
      head: ['Step', quarter.label, ...sayColumns(audited.previous, previous, isRestated)],
      rows: rows.map((step, at) => [
        sayTransition({ from: STEPS[at] ?? 'visited', to: STEPS[at + 1] ?? 'live' }),
        sayPart(step.current),
        sayPart(step.previous),
        ...(isRestated ? [sayRestated(step)] : []),
        step.change ? sayDifference(step.change) : '–',
      ]),
    },
  };
}

/** What the quarter was when it was audited, beside what it is today. */
function audited({ audited: { current, today }, quarter }: QuarterlyReport): Section {
  const title = 'As audited';
  if (current.state !== 'taken' || !today) return { title, sentences: [sayAudit(current, quarter, [])] };
  const { findings, takenAt } = current;
  const now = listFigures(today);
  const rows = listFigures(findings).map(({ name, count }, at) => ({
    name,
    previous: count,
    restated: restate(count, now[at]?.count ?? count),
  }));
  const sentences = [
    `${sayAudit(current, quarter, rows)} Then it had ${sayCount(findings.developers)} developers, today ${sayCount(today.developers)}.`,
  ];
  if (findings.definition !== today.definition)
    sentences.push(
      `What counts was version ${findings.definition} then, and is version ${today.definition} today.`,
    );
  return {
    title,
    sentences,
    table: {
      head: ['Figure', `Audited on ${sayDay(takenAt)}`, 'Counted today'],
      rows: rows.map((row) => [sayFigure(row.name), sayPart(row.previous), sayRestated(row)]),
    },
  };
}

function mix({ mix: dimensions, quarter, previous }: QuarterlyReport): Section {
  return {
    title: 'Who they were',
    sentences: dimensions.map(
      ({ dimension, known }) => `${sayDimension(dimension)} is known of ${sayShare(known)}.`,
    ),
    table: {
      head: ['Developers', quarter.label, previous.label],
      rows: dimensions.flatMap(({ dimension, segments }) =>
        segments.map(({ value, current, previous: before }) => [
          `${sayDimension(dimension)}: ${sayValue(value)}`,
          sayShare(current),
          sayShare(before),
        ]),
      ),
    },
  };
}

function milestone({ lab: { report }, proxies }: QuarterlyReport): Section {
  const { pick, enough, n, retained } = report;
  const sentences: string[] = [];
  if (!enough) {
    sentences.push(
      `Which early action goes with staying is not known yet: of ${sayCount(n)} developers of whom 98 days are known, ${sayCount(retained)} stayed.`,
    );
  } else if (!pick)
    sentences.push('Nothing that is done in the first week goes with staying more than chance.');
  else {
    const verdict = pick.verdict === 'validated' ? 'confirmed on the newest third' : 'a proxy, not confirmed';
    sentences.push(
      `Developers who ${sayCandidate(pick.candidate)} stay more often (phi ${pick.discovery.phi.toFixed(2)}, then ${pick.validation?.phi.toFixed(2) ?? 'not known'}): ${verdict}. This is an association.`,
    );
  }
  const due = proxies.filter((proxy) => proxy.due);
  sentences.push(
    due.length === 0
      ? 'No proxy waits for a decision.'
      : `A decision is due on ${due.map(({ candidate }) => `“${sayCandidate(candidate)}”`).join(', ')}.`,
  );
  return { title: 'The milestone', sentences };
}

function quality({ excluded, passedOver, developers }: QuarterlyReport): Section {
  return {
    title: 'How far the numbers can be trusted',
    sentences: [
      excluded.length === 0
        ? 'Nobody is excluded.'
        : `Excluded from the whole portal: ${sayExcluded(excluded)}.`,
      `${sayCount(passedOver)} steps were passed over: developers got further without them, as far as anybody knows (${sayN(developers.current)}).`,
    ],
  };
}

/** CommonMark with tables. What developers or their programs wrote stands in it as text. */
export function toMarkdown(title: string, sections: readonly Section[]): string {
  const parts = sections.map(({ title: heading, sentences, table }) =>
    [`## ${heading}`, sentences.map(asText).join('\n\n'), ...(table ? [toTable(table)] : [])].join('\n\n'),
  );
  return `${[`# ${asText(title)}`, ...parts].join('\n\n')}\n`;
}

function toTable({ head, rows }: NonNullable<Section['table']>): string {
  const line = (cells: readonly string[]) => `| ${cells.map(asText).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')).replaceAll('\\', ''), ...rows.map(line)].join('\n');
}

const asText = (text: string) =>
  text.replaceAll('\u00a0', ' ').replace(/[\\`*_{}[\]<>#|]/g, (char) => `\\${char}`);
