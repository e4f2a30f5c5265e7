// The driver SDK: everything that a partner needs to put an implementation behind the driver contract.
export { Arguments } from './arguments.ts';
export type { Clock } from './clock.ts';
export type { Account, Actor, Hello, PartnerPart, Product, Service, Start } from './contract.ts';
export {
  Failure,
  closed,
  failed,
  invalid,
  refused,
  timedOut,
  tooMuch,
  unproved,
  unsupported,
} from './failure.ts';
export { dialIn, dialOptions, type DialOptions } from './dial.ts';
export { driverMain } from './entry.ts';
export type { Json, JsonObject } from './json.ts';
export {
  converse,
  runDriver,
  type DriverPlan,
  type Operation,
  type Operations,
  type Seat,
  type Session,
} from './run_driver.ts';
