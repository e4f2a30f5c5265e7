// What an operation answers when it does not succeed: the error codes of the driver contract, and how
// Baileys' errors map to them.

export const code = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalid: -32602,
  failed: -32000,
  unsupported: -32001,
  refused: -32002,
  timeout: -32003,
  closed: -32004,
};

export class Failure extends Error {
  constructor(errorCode, message) {
    super(message);
    this.code = errorCode;
  }
}

export const invalid = (message) => new Failure(code.invalid, message);
export const unsupported = (message) => new Failure(code.unsupported, message);
export const refused = (message) => new Failure(code.refused, message);
export const timedOut = (message) => new Failure(code.timeout, message);
export const closed = (message) => new Failure(code.closed, message);

/** The status that Baileys puts into its errors, where there is one. */
export function statusOf(error) {
  return error?.output?.statusCode;
}

const byStatus = new Map([
  [408, code.timeout],
  [428, code.closed],
]);

/** Any error as one that can be answered. Baileys gives the server's code in `data`. */
export function asFailure(error) {
  if (error instanceof Failure) return error;
  const message = error?.message ?? String(error);
  if (error?.isBoom && Number.isInteger(error.data)) {
    return refused(`${error.data} ${message}`);
  }
  return new Failure(byStatus.get(statusOf(error)) ?? code.failed, message);
}
