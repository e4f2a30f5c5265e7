// Checks a bundle with nothing but node (18 or newer) and docs/bundle.md: none of Parley's code, and no
// package. It shows that the formats can be checked by others, and how.
//
//   node check_bundle.mjs BUNDLE.zip ROOTS.pem LOGKEY
//
// ROOTS.pem holds the root certificates that you trust, LOGKEY is the ledger's key ("name+id+base64").
// Prints one line per check; exit code 1 where one fails. It judges certificates at the time of the
// ledger's entry run.close, which the ledger's key vouches for. It re-judges no verdict: `parley verify`
// does.
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const hex = (bytes) => bytes.toString('hex');
const fail = (why) => { throw new Error(why); };
const expect = (holds, why) => holds || fail(why);

/** Stored entries only, one behind the other; the directory must say the same. */
function unzip(bytes) {
  const files = new Map();
  const end = bytes.length - 22;
  expect(end >= 0 && bytes.readUInt32LE(end) === 0x06054b50, 'no zip archive');
  let local = 0;
  let entry = bytes.readUInt32LE(end + 16);
  for (let i = bytes.readUInt16LE(end + 10); i > 0; --i) {
    const size = bytes.readUInt32LE(entry + 24);
    const nameSize = bytes.readUInt16LE(entry + 28);
    const name = bytes.toString('latin1', entry + 46, entry + 46 + nameSize);
    expect(bytes.readUInt16LE(entry + 10) === 0, `${name} is not stored`);
    expect(bytes.readUInt32LE(entry + 42) === local, `${name} is not where the last file ended`);
    expect(bytes.toString('latin1', local + 30, local + 30 + nameSize) === name, `two names: ${name}`);
    expect(!files.has(name) && /^[\w.+=@][\w./+=@-]*$/.test(name) && !/(^|\/)\.{0,2}(\/|$)/.test(name), name);
    local += 30 + nameSize + size;
    files.set(name, bytes.subarray(local - size, local));
    entry += 46 + nameSize;
  }
  expect(entry === end && bytes.readUInt32LE(end + 16) === local, 'bytes that belong to no file');
  return files;
}

/** RFC 9162, 2.1.1, from the left: complete subtrees wait on a stack. */
const leaf = (entry) => sha256(Buffer.of(0), entry);
const node = (left, right) => sha256(Buffer.of(1), left, right);
function root(entries) {
  const stack = [];
  entries.forEach((entry, i) => {
    let hash = leaf(entry);
    for (let n = i; n % 2 === 1; n = (n - 1) / 2) hash = node(stack.pop(), hash);
    stack.push(hash);
  });
  return stack.reduceRight((right, left) => node(left, right));
}

/** RFC 9162, 2.1.3.2. */
function rootFrom(hash, index, size, path) {
  let last = size - 1;
  for (const sibling of path) {
    expect(last > 0, 'the proof is too long');
    if (index % 2 === 1 || index === last) {
      hash = node(sibling, hash);
      while (index % 2 === 0 && index !== 0) { index /= 2; last = Math.floor(last / 2); }
    } else {
      hash = node(hash, sibling);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  expect(last === 0, 'the proof is too short');
  return hash;
}

/** A signed note by `logKey`: its text. */
function openNote(note, logKey) {
  const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(logKey);
  const typed = Buffer.from(key, 'base64');
  expect(hex(sha256(`${name}\n`, typed).subarray(0, 4)) === id && typed[0] === 1, 'the log key');
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]),
    format: 'der', type: 'spki' });
  const border = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, border);
  const signed = note.slice(border + 1).split('\n').some((line) => {
    const signature = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    return line.startsWith(`— ${name} `) && hex(signature.subarray(0, 4)) === id &&
      verify(null, Buffer.from(text), publicKey, signature.subarray(4));
  });
  expect(signed && text.split('\n')[0] === name, 'the checkpoint is not signed by the log');
  return text;
}

/** The entry that a tlog-proof proves, and its place. */
function logged(proof, logKey) {
  const border = proof.indexOf('\n\n');
  const [header, extra, index, ...path] = proof.slice(0, border).split('\n');
  expect(header === 'c2sp.org/tlog-proof@v1' && extra.startsWith('extra '), 'no log proof with its entry');
  const entry = Buffer.from(extra.slice(6), 'base64');
  const [, size, rootText] = openNote(proof.slice(border + 2), logKey).split('\n');
  const found = rootFrom(leaf(entry), Number(index.slice(6)), Number(size),
                         path.map((hash) => Buffer.from(hash, 'base64')));
  expect(found.toString('base64') === rootText, 'the entry is not in the log');
  return { ...JSON.parse(entry), index: Number(index.slice(6)) };
}

const lines = (bytes) => bytes.toString().split('\n').slice(0, -1);
const [bundlePath, rootsPath, logKey] = process.argv.slice(2);
if (!bundlePath || !rootsPath || !/^[^+]+\+[0-9a-f]{8}\+.+$/.test(logKey ?? '')) {
  console.error('usage: node check_bundle.mjs BUNDLE.zip ROOTS.pem LOGKEY\n' +
                'LOGKEY is the key itself, "name+id+base64": "$(cat lab/ledger.vkey)"');
  process.exit(2);
}
const files = new Map();
const seen = {};

const checks = {
  'archive is of one form': () => unzip(readFileSync(bundlePath)).forEach((v, k) => files.set(k, v)),
  'ledger has the run opened and closed': () => {
    const proof = (name) => files.get(name)?.toString() ??
      fail(`no ${name}: the run is in no ledger, and nothing else here says when it was signed`);
    seen.open = logged(proof('ledger.tlog-proof'), logKey);
    seen.close = logged(proof('ledger-close.tlog-proof'), logKey);
    expect(seen.open.entry === 'run.open' && seen.close.entry === 'run.close', 'other entries');
    expect(seen.open.run === seen.close.run && seen.open.index < seen.close.index, 'another run');
  },
  'certificates lead to a trusted root': () => {
    const split = (pem) => pem.toString().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
      .map((text) => new X509Certificate(text));
    const roots = split(readFileSync(rootsPath));
    const chain = split(files.get('chain.pem'));
    const time = new Date(seen.close.t * 1000);
    expect(chain[0].keyUsage?.includes('1.3.6.1.5.5.7.3.36'), 'not for signing documents');
    for (let at = chain[0], depth = 0; ; ++depth) {
      expect(new Date(at.validFrom) <= time && time < new Date(at.validTo), 'not valid at that time');
      if (roots.some((known) => known.fingerprint256 === at.fingerprint256)) break;
      at = [...roots, ...chain].find((up) => up.ca && at.checkIssued(up) && at.verify(up.publicKey)) ??
        fail('a foreign root');
      expect(depth < 8, 'too long a chain');
    }
    seen.key = chain[0].publicKey;
  },
  'statement is signed': () => {
    const envelope = JSON.parse(lines(files.get('bundle.intoto.jsonl'))[0]);
    const payload = Buffer.from(envelope.payload, 'base64');
    const type = envelope.payloadType;
    const pae = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
    const algorithm = seen.key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    expect(type === 'application/vnd.in-toto+json', 'another type of payload');
    expect(envelope.signatures.some((s) => verify(algorithm, pae, seen.key, Buffer.from(s.sig, 'base64'))),
           'not by the signer of the chain');
    seen.statement = JSON.parse(payload);
    seen.payload = payload;
  },
  'ledger names this statement': () =>
    expect([seen.close.statement_sha256, seen.close.public_statement_sha256].includes(hex(sha256(seen.payload))),
           'it names another one'),
  'subjects are the files': () => ['manifest.json', 'result.json'].forEach((name) => {
    const subject = seen.statement.subject.find((s) => s.name === name);
    expect(subject?.digest.sha256 === hex(sha256(files.get(name))), name);
  }),
  'files are those of the manifest': () => {
    seen.manifest = JSON.parse(files.get('manifest.json'));
    const named = seen.manifest.edition === 'public' ? 'public_statement_sha256' : 'statement_sha256';
    expect(hex(sha256(seen.payload)) === seen.close[named], 'the ledger names this as another edition');
    const listed = seen.manifest.files.map((file) => {
      const content = files.get(file.path) ?? fail(`${file.path} is missing`);
      expect(content.length === file.size && hex(sha256(content)) === file.sha256, `${file.path} was changed`);
      return file.path;
    });
    const beside = ['bundle.intoto.jsonl', 'chain.pem', 'ledger-close.tlog-proof', 'ledger.tlog-proof',
                    'manifest.json', 'timestamp.tsr'];
    for (const name of files.keys()) expect([...listed, ...beside].includes(name), `${name} is not listed`);
  },
  'transcript has the root that was signed': () => {
    const transcript = lines(files.get('transcript.jsonl'));
    const { size, root: signedRoot } = seen.statement.predicate.parley.transcript;
    expect(transcript.length === size && hex(root(transcript)) === signedRoot, 'another transcript');
    seen.records = transcript.map((line) => JSON.parse(line));
    expect(seen.records.every((r, n) => r.n === n && r.run === seen.open.run), 'a line of another run');
    expect(seen.records[0].ledger_index === seen.open.index, 'another entry of the ledger');
  },
  'records open their commitments': () => {
    const bodies = [...files].filter(([name]) => name.startsWith('bodies/')).flatMap(([, b]) => lines(b));
    expect(bodies.length > 0 || seen.manifest.edition === 'public', 'no records in a confidential edition');
    for (const line of bodies) {
      const { n, salt } = JSON.parse(line);
      const record = line.slice(line.indexOf(',"record":') + 10, line.lastIndexOf(',"salt":"'));
      expect(hex(sha256(Buffer.from(salt, 'hex'), record)) === seen.records[n].c, `record ${n}`);
    }
  },
};

for (const [name, check] of Object.entries(checks)) {
  try {
    check();
    console.log(`OK    ${name}`);
  } catch (error) {
    console.log(`FAIL  ${name}: ${error.message}`);
    process.exit(1);
  }
}
