// Imported before anything else. Standard output carries JSON-RPC and nothing else, and the log must
// hold no keys; but libsignal prints whole sessions, private keys included, with console.info. So of
// what is printed by console only the leading text survives, on standard error.
const MOST = 300;

function oneLine(text) {
  return text.replace(/\s+/g, ' ').slice(0, MOST);
}

/** Writes one line to the log. */
export function logLine(text) {
  process.stderr.write(`${oneLine(String(text))}\n`);
}

for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table']) {
  console[level] = (first) => {
    if (typeof first === 'string') logLine(first);
  };
}
