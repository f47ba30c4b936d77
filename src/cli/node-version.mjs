// Plain JavaScript, because a Node too old for TypeScript has to be able to say so.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 16)) {
  console.error(
    `error: Firstcall needs Node 24.16 or newer, and this is ${process.versions.node}. On Linux "npm install" brings one along; elsewhere install it from nodejs.org.`,
  );
  process.exit(1);
}
