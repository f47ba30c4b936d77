import type { Config } from '../../config.ts';

/** Where an agent reads how to get in; every other document leads there. */
export const ONBOARDING_PATH = '/.well-known/api-onboarding';
export const RESOURCE_PATH = '/.well-known/oauth-protected-resource';

export interface AgentUrls {
  api: string;
  credentials: string;
  challenge: string;
  onboarding: string;
  /** Of the API itself (RFC 9728): the well-known part stands between host and path. */
  resourceMetadata: string;
  openapi: string;
  portalOpenapi: string;
  walkThrough: string;
  quickstart: string;
  errors: string;
  keys: string;
  health: string;
}

/** Every address that a machine-readable document names. `origin` is the portal's, without a trailing slash. */
export function agentUrls(origin: string, apiPrefix: string): AgentUrls {
  return {
    api: `${origin}${apiPrefix}`,
    credentials: `${origin}/api/credentials`,
    challenge: `${origin}/agent/challenge`,
    onboarding: `${origin}${ONBOARDING_PATH}`,
    resourceMetadata: `${origin}${RESOURCE_PATH}${apiPrefix}`,
    openapi: `${origin}${apiPrefix}/openapi.json`,
    portalOpenapi: `${origin}/api/openapi.json`,
    walkThrough: `${origin}/auth.md`,
    quickstart: `${origin}/quickstart/`,
    errors: `${origin}/guides/errors/`,
    keys: `${origin}/guides/keys/`,
    health: `${origin}/api/health`,
  };
}

/** What the documents say of this deployment. */
export interface AgentFacts {
  urls: AgentUrls;
  config: Pick<Config, 'keyPrefix' | 'keysPerHour' | 'rateLimitPerSecond'>;
}

/** RFC 9728. There is no authorization server, so none is named: keys are issued over plain HTTP. */
export function protectedResource({ urls }: AgentFacts) {
  return {
    resource: urls.api,
    bearer_methods_supported: ['header'],
    resource_name: 'API',
    resource_documentation: urls.walkThrough,
  };
}

/** API Onboarding Descriptor 0.1: a generic engine that reads this walks away with a working key. */
export function onboardingDescriptor({ urls, config }: AgentFacts) {
  return {
    aod: '0.1',
    provider: { name: 'Firstcall', url: urls.quickstart },
    maturity: 'self-serve',
    account: { required: false, agentPolicy: 'allowed' },
    registration: {
      applicationNoun: 'API key',
      owner: 'developer',
      mechanisms: [
        {
          type: 'portal-api',
          description:
            'One request without any authentication issues a test key. No human and no browser is needed; a human may take the result over afterwards with the claim_url in the answer.',
          baseUrl: urls.credentials,
          docsUrls: [urls.walkThrough, urls.keys],
        },
      ],
    },
    credentials: [
      {
        type: 'api-key',
        fields: { api_key: 'secret' },
        ttl: '72 hours; 14 days once it has been used; without end once a person has claimed it and kept it',
        rotation: 'Ask for another key; the old one may be revoked with DELETE.',
        oneTimeDisplay: true,
      },
    ],
    scopes: { model: 'none' },
    flow: {
      steps: [
        {
          id: 'credential',
          description: 'Issues a test key to a new, anonymous developer.',
          request: { method: 'POST', url: urls.credentials, body: { origin: 'agent' } },
        },
      ],
      outputs: {
        api_key: '{steps.credential.secret}',
        claim_url: '{steps.credential.claim_url}',
        expires_at: '{steps.credential.credential.expires_at}',
      },
    },
    economics: {
      freeTier: `Test keys cost nothing and make ${config.rateLimitPerSecond} requests per second.`,
      rateLimitsUrl: urls.errors,
    },
    gaps: [
      'A live key needs a person who has signed in and shown that an e-mail address is theirs.',
      `When more than half of the ${config.keysPerHour} keys that an address may have in an hour are taken, or keys are asked for unusually often altogether, a proof of work is asked for (${urls.challenge}); this flow cannot do it.`,
    ],
  };
}

/** RFC 9727, as a linkset (RFC 9264). */
export function apiCatalog({ urls }: AgentFacts) {
  return {
    linkset: [
      {
        anchor: urls.api,
        'service-desc': [{ href: urls.openapi, type: 'application/json' }],
        'service-doc': [{ href: urls.quickstart, type: 'text/html' }],
        'service-meta': [{ href: urls.onboarding, type: 'application/json' }],
        status: [{ href: urls.health, type: 'application/json' }],
      },
    ],
  };
}

/** For agents that read prose, and for people: each step with a command that runs as it stands. */
export function walkThrough({ urls, config }: AgentFacts): string {
  return `# Get a key and call the API

No account, no browser and no human is needed for a test key. Machine-readable: ${urls.onboarding}

## 1. Get a test key

\`\`\`sh
curl -s -X POST ${urls.credentials} -H 'Content-Type: application/json' -d '{"origin": "agent"}'
\`\`\`

The answer, \`201\`, holds \`secret\` (the key; it is shown once), \`credential.expires_at\` and \`claim_url\`.

## 2. Call the API

\`\`\`sh
curl -s ${urls.api}/me -H "Authorization: Bearer $API_KEY"
\`\`\`

Put the \`secret\` of step 1 into \`API_KEY\`. What else can be called: ${urls.openapi}

## 3. Hand it over

Give \`claim_url\` to the person you work for. Whoever opens it signs in, sees what you did, and chooses whether your key
goes on working. It works once, for 72 hours, and is not a key. Until then the key works for 72 hours, and for 14 days
once it has been used.

## When something is refused

Every error is \`application/problem+json\` with \`code\`, \`detail\` (what to do) and \`request_id\`: ${urls.errors}

- \`401\`: the key. The detail says what is wrong with it.
- \`429\` with \`Retry-After\`: too fast. A key makes ${config.rateLimitPerSecond} requests per second.
- \`429\` with \`code\` \`proof_of_work_required\`: many keys were asked for lately. Find the smallest whole number \`n\` from 0 for
  which SHA-256 of \`<challenge>:<n>\` (UTF-8) begins with \`bits\` zero bits, and repeat the request with
  \`"pow": {"challenge": "<challenge>", "nonce": n}\` in the body. \`GET ${urls.challenge}\` gives a challenge beforehand.
- A live key needs a person: they claim the account and create it at ${urls.keys}
`;
}
