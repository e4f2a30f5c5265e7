// Checks that an entry is in a lab's ledger, with nothing but node (18 or newer) and docs/bundle.md.
//
//   node check_ledger.mjs ledger.tlog-proof LOGKEY
//
// The proof is from a bundle (unzip -p BUNDLE ledger.tlog-proof), LOGKEY is the ledger's key
// ("name+id+base64", ledger.vkey of the lab). Prints the entry; exit code 1 where it is not shown.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const expect = (holds, why) => { if (!holds) { console.error(`FAIL  ${why}`); process.exit(1); } };

/** The text of a note that the log's key has signed (c2sp.org/signed-note). */
function openNote(note, logKey) {
  const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(logKey) ?? [];
  const typed = Buffer.from(key ?? '', 'base64');
  expect(typed[0] === 1 && sha256(`${name}\n`, typed).toString('hex', 0, 4) === id, 'the key is none');
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]),
    format: 'der', type: 'spki' });
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  expect(note.slice(text.length + 1).split('\n').some((line) => {
    const signature = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    return line.startsWith(`— ${name} `) && signature.toString('hex', 0, 4) === id &&
      verify(null, Buffer.from(text), publicKey, signature.subarray(4));
  }) && text.startsWith(`${name}\n`), 'the checkpoint is not signed by this log');
  return text;
}

/** RFC 9162, 2.1.3.2: the root that a path leads to from the leaf at `index` of `size`. */
function rootFrom(hash, index, size, path) {
  let last = size - 1;
  for (const sibling of path) {
    expect(last > 0, 'the path is too long');
    const right = index % 2 === 1 || index === last;
    hash = right ? sha256(Buffer.of(1), sibling, hash) : sha256(Buffer.of(1), hash, sibling);
    if (right) while (index % 2 === 0 && index !== 0) { index /= 2; last = Math.floor(last / 2); }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  expect(last === 0, 'the path is too short');
  return hash.toString('base64');
}

const [proofPath, logKey] = process.argv.slice(2);
const proof = readFileSync(proofPath, 'utf8');
const border = proof.indexOf('\n\n');
const [header, extra, place, ...path] = proof.slice(0, border).split('\n');
expect(header === 'c2sp.org/tlog-proof@v1' && extra.startsWith('extra '), 'no proof with its entry');
const entry = Buffer.from(extra.slice(6), 'base64');
const [origin, size, root] = openNote(proof.slice(border + 2), logKey).split('\n');
const index = Number(place.slice(6));
expect(index < Number(size), 'the entry is behind the end');
const found = rootFrom(sha256(Buffer.of(0), entry), index, Number(size),
                       path.map((hash) => Buffer.from(hash, 'base64')));
expect(found === root, 'the entry is not in this ledger');
console.log(`OK    entry ${index} of ${size} in ${origin}\n${entry}`);
