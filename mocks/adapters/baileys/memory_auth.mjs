// The authentication state of an ordinary Baileys application, in memory: an account lives as long as
// the test case.
import { initAuthCreds } from 'baileys';

export function memoryAuth() {
  const stored = new Map();
  const ofType = (type) => {
    if (!stored.has(type)) stored.set(type, new Map());
    return stored.get(type);
  };
  return {
    creds: initAuthCreds(),
    keys: {
      get(type, ids) {
        const values = ofType(type);
        return Object.fromEntries(ids.filter((id) => values.has(id)).map((id) => [id, values.get(id)]));
      },
      set(changes) {
        for (const [type, values] of Object.entries(changes)) {
          for (const [id, value] of Object.entries(values)) {
            if (value === null || value === undefined) ofType(type).delete(id);
            else ofType(type).set(id, value);
          }
        }
      },
      clear() {
        stored.clear();
      },
    },
  };
}
