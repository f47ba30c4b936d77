import type { Context } from '../../context.ts';
import { DAY_MS, dayOf } from '../../day.ts';
import type { JourneyColumns } from '../journeys/journey-columns.ts';
import { countWishers, countWishes } from '../languages/language-store.ts';
import { WISHES } from '../languages/language-wish-schema.ts';
import { ACTIVATION_MS, measureActivation } from './activation.ts';
import type { Insights } from './read-insights.ts';
import { segmentsOf } from './select-developers.ts';
import type { Share } from './shares.ts';

/** A language that samples are offered in, by the first sample that a developer ran. */
export interface OfferedLanguage {
  /** As the samples name it; `unknown` for those who ran none. */
  language: string;
  developers: number;
  /** Who has been watched for a week. */
  watched: number;
  /** Of those: with a first call within 7 days of t0. Null where nobody has been watched for so long. */
  called: Share | null;
  /** Who was watched for a week and has not called to this day. */
  lost: number;
}

/** A language that readers asked for. */
export interface WantedLanguage {
  language: string;
  /** How often it was asked for, by whomever. */
  wishes: number;
  /** Of those who asked as developers; and how many of them have never made a successful call. */
  developers: number;
  lost: number;
}

export interface LanguageReport {
  /** The most used first. */
  offered: OfferedLanguage[];
  /** The most wanted first. */
  wanted: WantedLanguage[];
  /** How many days back wishes are counted. */
  days: number;
}

const WISH_DAYS = 90;

export async function reportLanguages(insights: Insights, ctx: Pick<Context, 'db'>): Promise<LanguageReport> {
  const { columns, places, asOf } = insights;
  const since = dayOf(asOf) - WISH_DAYS + 1;
  const [wishes, wishers] = await Promise.all([
    countWishes(ctx.db, since),
    countWishers(ctx.db, since * DAY_MS),
  ]);
  return {
    offered: segmentsOf(columns, places, 'language').map(({ value, places: own }) =>
      countCallers(columns, { language: value, places: own, asOf }),
    ),
    wanted: wishes.map(({ language, n }) => {
      const asked = wishers.find((one) => one.language === language);
      return {
        language: nameOf(language),
        wishes: n,
        developers: asked?.developers ?? 0,
        lost: asked?.lost ?? 0,
      };
    }),
    days: WISH_DAYS,
  };
}

const nameOf = (id: string) => (id in WISHES ? WISHES[id as keyof typeof WISHES] : id);

function countCallers(
  columns: JourneyColumns,
  { language, places, asOf }: { language: string; places: Uint32Array; asOf: number },
): OfferedLanguage {
  const { count, share } = measureActivation(columns, places, asOf);
  let lost = 0;
  for (const place of places) {
    const watched = (columns.t0[place] ?? Number.NaN) + ACTIVATION_MS <= asOf;
    if (watched && !((columns.steps.first_call[place] ?? Number.NaN) <= asOf)) lost += 1;
  }
  return { language, developers: places.length, watched: count.n, called: share, lost };
}
