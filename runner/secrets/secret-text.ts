import { secretUriError } from "./secret-uri-error.js";

/** What was read, and from where. */
export interface SecretBytes {
  readonly shown: string;
  readonly bytes: Uint8Array;
  /** What gave it, for people: `"/run/token"`, `"op"`. */
  readonly from: string;
}

/** The secret in bytes: UTF-8, less one line break at its end. Throws E_SECRET_URI for anything else and for nothing. */
export function secretText({ shown, bytes, from }: SecretBytes): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder says no more than that.
    throw secretUriError({ shown, problem: `what ${from} gives is not text in UTF-8`, hint: "a secret must be text" });
  }
  if (text.includes("\0")) {
    throw secretUriError({ shown, problem: `what ${from} gives is binary, not text`, hint: "a secret must be text" });
  }
  return nonEmpty({ shown, value: text.replace(/\r?\n$/, ""), from });
}

/** The value, unless it is empty. Throws E_SECRET_URI. */
export function nonEmpty({
  shown,
  value,
  from,
}: {
  readonly shown: string;
  readonly value: string;
  readonly from: string;
}): string {
  if (value !== "") return value;
  throw secretUriError({ shown, problem: `what ${from} gives is empty`, hint: "put the secret there" });
}
