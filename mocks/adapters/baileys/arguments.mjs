// Checks of what comes from outside: each returns the value, or throws what is wrong with it.
import { invalid } from './failure.mjs';

const MOST_IDS = 1000;

function wrong(name, what) {
  return invalid(`argument "${name}" ${what}`);
}

export function onlyArguments(given, names) {
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw wrong(name, 'is unknown to this operation');
  }
}

export function text(given, name) {
  if (typeof given[name] !== 'string') throw wrong(name, 'must be given, as text');
  return given[name];
}

export function textOr(given, name, otherwise) {
  return given[name] === undefined ? otherwise : text(given, name);
}

export function word(given, name, words) {
  const value = text(given, name);
  if (!words.includes(value)) throw wrong(name, `must be one of: ${words.join(', ')}`);
  return value;
}

export function wholeNumber(given, name, most) {
  const value = given[name];
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw wrong(name, `must be a whole number from 0 to ${most}`);
  }
  return value;
}

export function texts(given, name) {
  const list = given[name];
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_IDS) {
    throw wrong(name, `must be a list of 1 to ${MOST_IDS} texts`);
  }
  for (const item of list) {
    if (typeof item !== 'string') throw wrong(name, 'must hold texts only');
  }
  return list;
}

export function object(given, name) {
  const value = given[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(name, 'must be given, as an object');
  }
  return value;
}

/** Content in base64; an empty file is a file. */
export function bytes(given, name) {
  const encoded = text(given, name);
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) {
    throw wrong(name, 'must be base64');
  }
  return Buffer.from(encoded, 'base64');
}
