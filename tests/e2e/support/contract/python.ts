import type { ContractEngine } from './contract-engine.ts';
import { framesBeyondTheSpare } from './embedded.ts';

const WASM = '**/_sandbox/pyodide/**/*.wasm';

/** Python, compiled to WebAssembly, in the frame. */
export const python: ContractEngine = {
  name: 'python',
  language: 'python',
  entry: 'main.py',
  page: '/',
  tellsStderrApart: true,
  hasBridge: true,
  coldMs: 30_000,
  programs: {
    inOrder: { 'main.py': `import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')` },
    exitsWith3: { 'main.py': `import sys\nprint('before')\nsys.exit(3)\nprint('after')` },
    environment: {
      'main.py': `import os\nprint(os.environ['GREETING'])\nprint(os.environ.get('NOBODY', 'unset'))`,
    },
    severalFiles: {
      'main.py': 'from lib.words import words\nprint(words)',
      'lib/words.py': `words = 'from the other file'`,
    },
    failsOnLine3: { 'main.py': `a = 1\n\nraise ValueError('boom')` },
    syntaxError: { 'main.py': `a = 1\nprint(a\n` },
    missingImport: { 'main.py': 'import missing' },
    endless: { 'main.py': `print('start')\nwhile True:\n    pass` },
    floods: { 'main.py': `while True:\n    print('spam')` },
    printsTwoMegabytes: { 'main.py': `for _ in range(20_000):\n    print('x' * 99)` },
    leavesTraces: {
      'main.py': `import builtins, json, os, js\nbuiltins.trace = json.trace = 1\nos.environ['TRACE'] = '1'
open('trace.txt', 'w').close()\njs.trace = 1`,
    },
    looksForTraces: {
      'main.py': `import builtins, json, os, js
found = [hasattr(builtins, 'trace'), hasattr(json, 'trace'), 'TRACE' in os.environ, os.path.exists('trace.txt'), hasattr(js, 'trace')]
print('dirty' if any(found) else 'clean')`,
    },
    posts: {
      'main.py': `import requests
r = requests.post('https://api.test/v1/things', data='hello', headers={'Authorization': 'Bearer placeholder'})
print(r.status_code)`,
    },
  },
  refuseToStart: (page) => page.route(WASM, (route) => route.fulfill({ status: 503 })).then(() => {}),
  hangWhileStarting: (page) => page.route(WASM, () => {}).then(() => {}),
  stillRunning: framesBeyondTheSpare,
};
