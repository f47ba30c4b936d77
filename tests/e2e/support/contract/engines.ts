import type { ContractEngine } from './contract-engine.ts';
import { embedded } from './embedded.ts';
import { python } from './python.ts';
import { shell } from './shell.ts';
import { webcontainer } from './webcontainer.ts';

/** Every engine of the sandbox: each passes the whole contract. */
export const contractEngines: readonly ContractEngine[] = [embedded, python, shell, webcontainer];
