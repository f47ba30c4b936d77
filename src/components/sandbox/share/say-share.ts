import { showUnseen } from './difference.ts';
import { MAX_CODE_BYTES, MAX_LINK_CHARS, type ShareRefusal } from './share-link.ts';

const LINK_LIMIT = MAX_LINK_CHARS.toLocaleString('en');
const CODE_LIMIT = `${MAX_CODE_BYTES / 1_000} kB`;
/** A name out of a link may be anything, of any length. */
const MAX_NAME = 60;

/** Why the code of a link is not shown, and what to do. */
export function sayRefusal(refusal: ShareRefusal): string {
  switch (refusal.reason) {
    case 'version':
      return 'It was made by another version of this site. Ask for the code itself.';
    case 'malformed':
      return 'It is cut off, or was changed on its way. Ask for it again, as a whole.';
    case 'too_large':
      return `Its code is larger than ${CODE_LIMIT}, or ${LINK_LIMIT} characters in a link. Ask for the code itself.`;
    case 'key':
      return 'Its code contains what looks like an API key, and a link never carries one. Tell whoever sent it to revoke that key.';
    case 'sample':
      return `Its code belongs to the sample ${quote(refusal.name)}, which is not on this page.`;
    case 'language':
      return `Its code is in ${quote(refusal.name)}, which this page does not run.`;
    case 'file':
      return `It carries a file ${quote(refusal.name)}, which this sample does not have.`;
  }
}

/** Why there is no link. */
export function sayNotShared(reason: 'too_large' | 'key'): string {
  return reason === 'key'
    ? 'Not shared: the code contains what looks like an API key. Take it out, then share again.'
    : `Not shared: the code is too large for a link, which holds ${LINK_LIMIT} characters after compression. Send it as a file instead.`;
}

/** Such as `2 lines added, 1 removed`. */
export function sayCounts({ added, removed }: { added: number; removed: number }): string {
  const lines = (count: number) => (count === 1 ? '1 line' : `${count} lines`);
  if (removed === 0) return `${lines(added)} added`;
  return added === 0 ? `${lines(removed)} removed` : `${lines(added)} added, ${removed} removed`;
}

function quote(name: string): string {
  const cut = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
  return `“${showUnseen(cut)
    .map(({ text }) => text)
    .join('')}”`;
}
