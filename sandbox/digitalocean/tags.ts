import { Refusal } from "../kit/base/refusal.js";
import { messages } from "./messages.js";
import type { AccountState } from "./state.js";

const tagPattern = /^[a-zA-Z0-9:_-]{1,255}$/;

/**
 * Makes sure that a tag exists and gives its name as first written: names are case-insensitive
 * (digitalocean/openapi 7c1300c4). Refuses an illegal name.
 */
export function ensureTag(state: AccountState, name: string): string {
  if (!tagPattern.test(name)) throw new Refusal(422, messages.tag);
  const present = findTag(state, name);
  if (present !== undefined) return present;
  state.tags.push(name);
  return name;
}

/** The tag's name as first written; undefined when there is none. */
export function findTag(state: AccountState, name: string): string | undefined {
  return state.tags.find((tag) => tag.toLowerCase() === name.toLowerCase());
}

/** Makes sure that all tags exist and gives their names, each once. */
export function ensureTags(state: AccountState, names: readonly string[]): string[] {
  return [...new Set(names.map((name) => ensureTag(state, name)))];
}
