import type { LoadedSample } from '../../../sandbox/sample.ts';

/** What a command still lacks when the page is built, by the name the sample's manifest uses. */
export interface CommandFacts {
  api_origin: string;
  api_key: string;
}

type SampleLanguage = LoadedSample['languages'][number];

/**
 * What to paste into a terminal to run a sample: the settings, the sample's own files as they are, and the command
 * of its manifest. Holds `{{api_origin}}` and `{{api_key}}` until `fillCommand` puts the reader's in.
 */
export function commandFor(sample: Pick<LoadedSample, 'name' | 'env'>, language: SampleLanguage): string {
  const settings = Object.entries(sample.env).map(([name, fact]) => `export ${name}={{${fact}}}`);
  return [...settings, ...program(sample.name, language)].join('\n');
}

function program(folder: string, { texts, entry, command }: SampleLanguage): string[] {
  const [only] = texts;
  // A shell script is typed into the shell; anything else has to be in a file first.
  if (only && texts.length === 1 && entry.endsWith('.sh'))
    return [withoutEnd(only.text).replace(/^#!.*\n/, '')];
  const isModule = /\.[jt]s$/.test(entry);
  return [
    `mkdir -p ${folder}`,
    ...(isModule ? [`echo '{"type":"module"}' > ${folder}/package.json`] : []),
    ...texts.map(
      ({ path, text }) => `cat > ${folder}/${path} <<'END_OF_FILE'\n${withoutEnd(text)}\nEND_OF_FILE`,
    ),
    `(cd ${folder} && ${command})`,
  ];
}

/** One line that fetches a starter with the code in its address, unpacks it and runs it. Works in any shell. */
export function starterCommand(starters: string, name: string): string {
  return `curl -fsSO ${starters}${name}.tar.gz && tar -xzf ${name}.tar.gz && sh ${name}/run.sh`;
}

const withoutEnd = (text: string) => text.replace(/\n+$/, '');

/** The command with the reader's own address and key. */
export function fillCommand(command: string, facts: CommandFacts): string {
  return command.replace(/\{\{(api_origin|api_key)\}\}/g, (_, name: keyof CommandFacts) => facts[name]);
}
