import type { ApiFacts, Case, Rescue } from './rules.ts';

/** How many letters may differ for a route to count as mistyped. */
const NEAR = 2;

/** A call to an address that the API does not have: what was meant, where that is certain enough to say. */
export function routeRescue({ call, api, lines }: Case): Rescue | null {
  const { route } = call;
  const settings = `export RELAY_URL=${api.origin}`;
  if (route.startsWith('//')) {
    return {
      sentence: 'The address has two slashes: RELAY_URL ends with one, and the path begins with one.',
      line: settings,
    };
  }
  if (route.startsWith(`${api.prefix}${api.prefix}/`)) {
    return {
      sentence: `The address has ${api.prefix} twice: RELAY_URL holds it, and so does the path.`,
      line: settings,
    };
  }
  if (route.startsWith(`/api${api.prefix}/`)) {
    return {
      sentence: 'The address begins with /api, which is the portal’s own: the API stands beside it.',
      line: settings,
    };
  }
  const meant = meantRoute(route, api);
  if (!meant) {
    if (Object.keys(api.routes).length === 0 && call.clue !== 'outside_api') {
      return {
        sentence: `Nothing was found at ${route}: either the route or the id in it does not exist.`,
        line: null,
      };
    }
    if (route === api.prefix || route.startsWith(`${api.prefix}/`)) {
      return {
        sentence: `${call.method} ${route} is not a route of this API: its OpenAPI document lists them.`,
        line: lines.address(`${api.prefix}/openapi.json`),
      };
    }
    return {
      sentence: `The routes of this API begin with ${api.prefix}, and ${route} does not.`,
      line: lines.address(`${api.prefix}${route}`),
    };
  }
  return { sentence: reason(route, meant, api), line: lines.address(meant) };
}

function reason(route: string, meant: string, api: ApiFacts): string {
  if (route === `${meant}/`) return 'The address ends with a slash that the route does not have.';
  if (`${api.prefix}${route}` === meant) return `The address lacks ${api.prefix} before ${route}.`;
  if (route.toLowerCase() === meant)
    return 'Addresses tell capital letters from small ones, and the route has small ones.';
  return `There is no ${route}; the route nearest to it is ${meant}.`;
}

/** The one known route that the address was probably meant to be. */
function meantRoute(route: string, { routes, prefix }: ApiFacts): string | undefined {
  const plain = route.toLowerCase().replace(/\/+$/, '');
  const candidates = [plain, `${prefix}${plain}`, plain.replace(/^\/v\d+(?=\/)/, prefix)];
  const known = Object.keys(routes);
  const exact = known.find((name) => candidates.includes(name));
  if (exact) return exact;
  const near = known.filter((name) => candidates.some((candidate) => distance(candidate, name) <= NEAR));
  return near.length === 1 ? near[0] : undefined;
}

/** How many letters to add, take away or change (Levenshtein); more than NEAR is only known to be more. O(n·m). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > NEAR) return NEAR + 1;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? NEAR + 1;
}
