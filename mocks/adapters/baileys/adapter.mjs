// Puts Baileys in the gatekeeper-client chair: a driver that Parley starts as a child process. See
// README.md beside this file.
import { logLine } from './quiet_console.mjs';
import { Driver } from './driver.mjs';

// A promise that nobody waits for is Baileys' way to send what need not arrive; an application goes on.
process.on('unhandledRejection', (error) => logLine(`unhandled: ${error?.message ?? error}`));
process.on('uncaughtException', (error) => {
  logLine(`fatal: ${error?.message ?? error}`);
  process.exit(70);
});
process.stdin.on('end', () => process.exit(0));

new Driver(process.stdin, process.stdout);
