import { makeBackup } from '../features/operations/backup.ts';
import { readCommandLine, runCommand } from './run-command.ts';
import { sayBackup } from './say-backup.ts';

await runCommand(async (config) => {
  const wish = readCommandLine(process.argv.slice(2), 'npm run backup -- <folder> [--force]');
  const manifest = await makeBackup(config, { ...wish, now: Date.now() });
  console.log(`backup: ${wish.folder}`);
  sayBackup(manifest);
  console.log(
    config.secretKey === undefined
      ? 'secret: secret.key is part of it, so keep it as safe as the portal'
      : 'secret: SECRET_KEY is not part of it; keep it elsewhere, without it the keys in here cannot be shown again',
  );
  console.log('verified: every file was read again');
});
