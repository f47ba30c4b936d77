export const codeBlocks = {};
