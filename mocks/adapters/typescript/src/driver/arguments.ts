// The arguments of an operation: each reader gives the typed value or throws a Failure that names the
// argument.
import { invalid } from './failure.ts';
import type { Json, JsonObject } from './json.ts';

export class Arguments {
  readonly #given: JsonObject;

  constructor(given: JsonObject) {
    this.#given = given;
  }

  has(name: string): boolean {
    return this.#given[name] !== undefined;
  }

  /** Refuses arguments that the operation does not know, so that none is passed over in silence. */
  only(...names: string[]): void {
    const unknown = Object.keys(this.#given).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      const known = names.length === 0 ? 'none' : names.join(', ');
      throw invalid(`unknown argument "${unknown}"; known: ${known}`);
    }
  }

  text(name: string): string {
    const value = this.#given[name];
    if (typeof value !== 'string') throw invalid(`argument "${name}" must be a text`);
    return value;
  }

  textOr(name: string, otherwise: string): string {
    return this.has(name) ? this.text(name) : otherwise;
  }

  word<const Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.text(name);
    const found = words.find((word) => word === value);
    if (found === undefined) {
      throw invalid(`argument "${name}" must be one of ${words.join(', ')}`);
    }
    return found;
  }

  flagOr(name: string, otherwise: boolean): boolean {
    const value = this.#given[name] ?? otherwise;
    if (typeof value !== 'boolean') throw invalid(`argument "${name}" must be true or false`);
    return value;
  }

  wholeNumber(name: string, least: number, most: number): number {
    const value = this.#given[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw invalid(`argument "${name}" must be a whole number from ${least} to ${most}`);
    }
    return value;
  }

  texts(name: string): string[] {
    const value = this.#given[name];
    if (!Array.isArray(value) || !value.every((one: Json) => typeof one === 'string')) {
      throw invalid(`argument "${name}" must be a list of texts`);
    }
    return value;
  }

  /** The bytes of an argument in base64. */
  bytes(name: string): Buffer {
    const value = this.text(name);
    const bytes = Buffer.from(value, 'base64');
    if (bytes.toString('base64') !== value) throw invalid(`argument "${name}" must be base64`);
    return bytes;
  }
}
