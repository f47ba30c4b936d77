import type { SandboxEngine } from '../engine.ts';
import { createJavaScriptEngine } from './javascript.ts';
import { createPythonEngine } from './python.ts';
import { createShellEngine } from './shell.ts';

/** Every engine that ships with the portal, one for each language. None loads anything before it is used. */
export function createEmbeddedEngines(): SandboxEngine[] {
  return [createJavaScriptEngine(), createShellEngine(), createPythonEngine()];
}
