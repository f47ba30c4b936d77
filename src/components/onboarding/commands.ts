/** The samples behind the commands, below `sandbox/samples`; the tests run the same files. */
export const CURL_SAMPLE = 'first-call/curl/send.sh';
export const NODE_SAMPLE = 'first-call/node/send.ts';

/** Where the API is and with which key, as the samples read it from the environment. */
export interface CommandSettings {
  apiOrigin: string;
  secret: string;
}

const exports = ({ apiOrigin, secret }: CommandSettings) =>
  `export RELAY_URL=${apiOrigin}\nexport RELAY_API_KEY=${secret}`;

/** The settings, then the shell sample as it is in its file, without the line that names the shell. */
export function shellCommand(settings: CommandSettings, sample: string): string {
  return `${exports(settings)}\n${sample.replace(/^#!.*\n/, '')}`;
}

/** The settings, then the program written to a file as it is, then the command that runs it. */
export function nodeCommand(settings: CommandSettings, sample: string, file: string): string {
  return `${exports(settings)}\ncat > ${file} <<'SAMPLE'\n${sample}\nSAMPLE\nnode ${file}`;
}
