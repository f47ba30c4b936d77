// Plain JavaScript, because a Node too old for TypeScript has to be able to say so.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `error: Firstcall needs Node 22.18 or newer, and this is ${process.versions.node}. On Linux "npm install" brings Node 24 along; elsewhere install it from nodejs.org.`,
  );
  process.exit(1);
}
