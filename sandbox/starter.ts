import type { LoadedSample } from './sample.ts';

export interface StarterFile {
  path: string;
  text: string;
}

/** What the reader's own settings are, by the names that manifests use. */
export interface StarterSettings {
  api_origin: string;
  api_key: string;
}

type Language = LoadedSample['languages'][number];

/** What has to be on the machine, in the words of a shell; each ends with a sentence for who lacks it. */
const NEEDS: Record<Language['id'], string[]> = {
  typescript: [
    `node -e 'process.exit(process.features.typescript ? 0 : 1)' 2>/dev/null || { echo 'This program needs Node 22.18 or newer: https://nodejs.org' >&2; exit 1; }`,
  ],
  javascript: [
    `command -v node >/dev/null || { echo 'This program needs Node: https://nodejs.org' >&2; exit 1; }`,
  ],
  python: [
    `python3 -c 'import requests' 2>/dev/null || { echo 'This program needs Python 3 and the package requests: python3 -m pip install requests' >&2; exit 1; }`,
  ],
  curl: [`command -v curl >/dev/null || { echo 'This program needs curl.' >&2; exit 1; }`],
};
const NEEDS_JQ = `command -v jq >/dev/null || { echo 'This program needs jq: https://jqlang.org' >&2; exit 1; }`;

/** The folder a starter unpacks to, which is also the name of its archive. */
export function starterName(sample: string, language: string): string {
  return `${sample}-${language}`;
}

/**
 * A sample as a project of its own: its files as the docs show them, the reader's settings in `.env`, and `run.sh`,
 * which starts it. Nothing has to be installed; Relay's SDK is a file beside the program.
 */
export function starterFiles(
  sample: Pick<LoadedSample, 'name' | 'title' | 'env'>,
  language: Language,
  settings: StarterSettings,
  sdk: string,
): StarterFile[] {
  const env = Object.entries(sample.env).map(([name, what]) => `${name}=${settings[what]}\n`);
  return [
    ...language.texts,
    { path: '.env', text: env.join('') },
    { path: '.gitignore', text: '# The key stays on this machine.\n.env\n' },
    { path: 'run.sh', text: runScript(language) },
    { path: 'README.md', text: readme(sample, language) },
    ...projectFiles(language, sdk),
  ];
}

function runScript({ id, command, texts }: Language): string {
  const usesJq = id === 'curl' && texts.some(({ text }) => /\bjq\b/.test(text));
  return [
    '#!/bin/sh',
    '# Runs the program with the settings in .env.',
    'cd "$(dirname "$0")" || exit 1',
    ...NEEDS[id],
    ...(usesJq ? [NEEDS_JQ] : []),
    'set -a',
    '. ./.env',
    'set +a',
    `exec ${command}`,
    '',
  ].join('\n');
}

function readme({ title }: Pick<LoadedSample, 'title'>, { command, entry }: Language): string {
  return [
    `# ${title}`,
    '',
    '    sh run.sh',
    '',
    `starts \`${command}\` with the settings in \`.env\`: the address of the API and your test key. The program itself`,
    `is \`${entry}\`. Keep \`.env\` out of repositories; \`.gitignore\` names it already.`,
    '',
  ].join('\n');
}

/**
 * `import … from 'relay'` finds the SDK because the project exports it under its own name, and Node lets a package
 * import itself. In node_modules Node would not take TypeScript, and npm would remove what it did not install.
 */
function projectFiles({ id }: Language, sdk: string): StarterFile[] {
  if (id === 'python') return [{ path: 'requirements.txt', text: 'requests>=2.31\n' }];
  if (id === 'curl') return [];
  const project = { name: 'relay', private: true, type: 'module', exports: './relay.ts' };
  return [
    { path: 'package.json', text: `${JSON.stringify(project, null, 2)}\n` },
    { path: 'relay.ts', text: sdk },
  ];
}
