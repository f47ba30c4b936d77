/** What whoever runs a command can mend; the message is for them and says how. */
export class OperatorError extends Error {}
