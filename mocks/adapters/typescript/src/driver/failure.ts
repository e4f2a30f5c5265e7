// What an operation answers when it does not succeed: the error codes of the driver contract.

export const errorCode = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalid: -32602,
  failed: -32000,
  unsupported: -32001,
  refused: -32002,
  timeout: -32003,
  closed: -32004,
  auth: -32005,
  limit: -32006,
} as const;

export type ErrorCode = (typeof errorCode)[keyof typeof errorCode];

/** An error that is answered as it stands: its code and its message are the operation's outcome. */
export class Failure extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'Failure';
    this.code = code;
  }
}

/** Missing or wrong arguments. */
export const invalid = (message: string): Failure => new Failure(errorCode.invalid, message);
/** The implementation has no such operation, or not this form of it: a result, not a fault. */
export const unsupported = (message: string): Failure =>
  new Failure(errorCode.unsupported, message);
/** The other side said no. */
export const refused = (message: string): Failure => new Failure(errorCode.refused, message);
/** The other side did not answer. */
export const timedOut = (message: string): Failure => new Failure(errorCode.timeout, message);
/** There is no connection. */
export const closed = (message: string): Failure => new Failure(errorCode.closed, message);
/** The other side could not prove who it is. */
export const unproved = (message: string): Failure => new Failure(errorCode.auth, message);
/** More than the implementation, or the protocol, allows. */
export const tooMuch = (message: string): Failure => new Failure(errorCode.limit, message);
/** Anything else. */
export const failed = (message: string): Failure => new Failure(errorCode.failed, message);

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Whatever was thrown as something that can be answered. */
export function asFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : failed(messageOf(thrown));
}
