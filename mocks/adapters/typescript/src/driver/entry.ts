// What a driver's main program calls: however Parley and the driver find each other, the rest is the same.
import { dialIn, dialOptions } from './dial.ts';
import { messageOf } from './failure.ts';
import { guardProcess, runDriver, type DriverPlan } from './run_driver.ts';

/** Speaks the contract on standard input and output; or, where the command line has `--dial URL`, over
 * WebSocket with the token in PARLEY_TOKEN. Leaves the process, with code 0 where all was in order. */
export async function driverMain(plan: DriverPlan): Promise<never> {
  const dial = dialOptions(process.argv.slice(2), process.env);
  if (dial === undefined) return runDriver(plan);
  guardProcess();
  try {
    await dialIn(plan, dial, process.stderr);
  } catch (thrown) {
    process.stderr.write(`${messageOf(thrown)}\n`);
    process.exit(1);
  }
  process.exit(0);
}
