import { restoreBackup } from '../features/operations/restore.ts';
import { readCommandLine, runCommand } from './run-command.ts';
import { sayBackup } from './say-backup.ts';

await runCommand(async (config) => {
  const wish = readCommandLine(process.argv.slice(2), 'npm run restore -- <folder> [--force]');
  const manifest = await restoreBackup(config, wish);
  console.log(`restored: ${wish.folder}, made at ${manifest.made_at}`);
  sayBackup(manifest);
  console.log('verified: every row was counted');
  console.log('next: npm run doctor, then npm start');
});
