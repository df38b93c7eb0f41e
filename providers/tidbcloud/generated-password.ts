import type { Clock } from "../../contract/clock.js";

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
/** Characters that stand in every form of a connection string as they are, in the Go form as well. */
const alphabet = `${lower}${upper}${digits}-_.~`;
const length = 32;
const classes = [/[a-z]/, /[A-Z]/, /[0-9]/];

/**
 * A new root password: 32 characters, about 190 bits, each of letters, digits and `-_.~`; with a lower-case letter, an
 * upper-case letter and a digit, and a letter first.
 */
export function generatePassword(clock: Pick<Clock, "randomBytes">): string {
  for (;;) {
    // Bytes beyond the last whole multiple would favour some characters.
    const limit = 256 - (256 % alphabet.length);
    const usable = [...clock.randomBytes(4 * length)].filter((byte) => byte < limit);
    const password = usable
      .slice(0, length)
      .map((byte) => alphabet[byte % alphabet.length])
      .join("");
    const isGood = password.length === length && /^[A-Za-z]/.test(password);
    if (isGood && classes.every((pattern) => pattern.test(password))) return password;
  }
}
