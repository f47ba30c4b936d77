import type { ContractEngine } from './contract-engine.ts';
import { framesBeyondTheSpare } from './embedded.ts';

const WORKER = '**/_sandbox/shell.js';

/** Shell scripts with curl, in the frame. */
export const shell: ContractEngine = {
  name: 'shell',
  language: 'curl',
  entry: 'send.sh',
  page: '/',
  tellsStderrApart: true,
  hasBridge: true,
  coldMs: 10_000,
  programs: {
    inOrder: { 'send.sh': 'echo one\necho two >&2\necho three' },
    exitsWith3: { 'send.sh': 'echo before\nexit 3\necho after' },
    environment: { 'send.sh': 'echo "$GREETING"\n[ -n "$NOBODY" ] || echo unset' },
    severalFiles: {
      'send.sh': '. ./lib/words.sh\necho "$words"',
      'lib/words.sh': `words='from the other file'`,
    },
    failsOnLine3: { 'send.sh': 'a=1\n\nboom' },
    syntaxError: { 'send.sh': 'echo one\nfi\n' },
    missingImport: { 'send.sh': '. ./missing.sh' },
    endless: { 'send.sh': 'echo start\nwhile :; do :; done' },
    floods: { 'send.sh': 'while :; do echo spam; done' },
    printsTwoMegabytes: {
      'send.sh': `line=$(printf 'x%.0s' $(seq 99))\nfor i in $(seq 20000); do echo "$line"; done`,
    },
    leavesTraces: { 'send.sh': 'export TRACE=1\ntouch trace.txt /tmp/trace\nalias ls=echo' },
    looksForTraces: {
      'send.sh':
        'if [ -n "$TRACE" ] || [ -e trace.txt ] || [ -e /tmp/trace ]; then echo dirty; else echo clean; fi',
    },
    posts: {
      'send.sh': `set -e
curl -sS -X POST https://api.test/v1/things -d hello -H 'Authorization: Bearer placeholder' -o /dev/null -w '%{http_code}\\n'`,
    },
  },
  refuseToStart: (page) => page.route(WORKER, (route) => route.fulfill({ status: 503 })).then(() => {}),
  hangWhileStarting: (page) => page.route(WORKER, () => {}).then(() => {}),
  stillRunning: framesBeyondTheSpare,
};
