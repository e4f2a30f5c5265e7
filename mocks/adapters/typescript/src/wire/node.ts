// A stanza: what XML would call an element. Text content travels, and is held, as bytes.

export interface Node {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  /** Set only where there are no children. */
  readonly content?: Buffer;
}

export function node(
  tag: string,
  attributes: Record<string, string | undefined> = {},
  inner: readonly Node[] | Buffer = [],
): Node {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) given[name] = value;
  }
  return Buffer.isBuffer(inner)
    ? { tag, attributes: given, children: [], content: inner }
    : { tag, attributes: given, children: inner };
}

/** The first child with that tag; children come in any order. */
export function child(of: Node | undefined, tag: string): Node | undefined {
  return of?.children.find((one) => one.tag === tag);
}

/** The bytes of the child with that tag; empty where there are none. */
export function contentOf(of: Node | undefined, tag: string): Buffer {
  return child(of, tag)?.content ?? Buffer.alloc(0);
}

export function attribute(of: Node | undefined, name: string): string {
  return of?.attributes[name] ?? '';
}

/** A whole number that is not negative; 0 for anything else. */
export function numberAttribute(of: Node | undefined, name: string): number {
  const text = attribute(of, name);
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
