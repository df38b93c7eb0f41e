import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { invalid } from "./refusals.js";
import type { TidbSettings } from "./settings.js";

/** A password as it is kept: never itself. Both parts in base64. */
export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
}

/**
 * Hash of a password. Refuses with 400 one that is not of 8 to 64 characters (tidbcloud/tidbcloud-cli 19aea6a,
 * cluster.swagger.json), and by a setting one without a lower-case letter, an upper-case letter and a digit.
 */
export function acceptPassword(password: string, settings: TidbSettings): PasswordHash {
  if (!/^.{8,64}$/u.test(password)) throw invalid("the password must be between 8 and 64 characters long");
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/];
  if (settings.passwordClasses && !classes.every((pattern) => pattern.test(password)))
    throw invalid("the password needs a lower-case letter, an upper-case letter and a digit");
  const salt = randomBytes(16).toString("base64");
  return { salt, hash: derive(password, salt) };
}

/** True when a password is the one of a hash. */
export function isPassword(password: string, { salt, hash }: PasswordHash): boolean {
  return timingSafeEqual(Buffer.from(derive(password, salt)), Buffer.from(hash));
}

function derive(password: string, salt: string): string {
  // Cheap on purpose: the passwords guard nothing, only the files must not show them.
  return scryptSync(password, salt, 32, { N: 1024 }).toString("base64");
}
