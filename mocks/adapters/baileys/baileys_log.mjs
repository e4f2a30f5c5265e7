// The logger that Baileys is configured with: warnings and errors, as one line each, on standard
// error. The objects that Baileys logs along with a text hold stanzas and sessions, so all that is
// taken from them is an error's message.
import { logLine } from './quiet_console.mjs';

function reason(details) {
  const error = details?.err ?? details?.error ?? details?.e;
  const text = error?.message ?? (typeof error === 'string' ? error : undefined);
  return text ? `: ${text}` : '';
}

function writer(level) {
  return (details, text) => {
    const said = typeof details === 'string' ? details : text;
    if (said) logLine(`baileys ${level}: ${said}${reason(details)}`);
  };
}

function nothing() {}

export function baileysLog() {
  const log = {
    level: 'warn',
    child: () => log,
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: writer('warning'),
    error: writer('error'),
  };
  return log;
}
