/** A parameter of a header in the form of RFC 7616. */
export interface DigestParameter {
  readonly value: string;
  readonly quoted: boolean;
}

const item = /\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))\s*(,|$)/y;

/**
 * The parameters of `Authorization: Digest ...`, names in lower case. Undefined when the header is of another scheme, is
 * malformed, or gives a parameter twice.
 */
export function digestParameters(header: string): ReadonlyMap<string, DigestParameter> | undefined {
  const scheme = /^Digest[ \t]+/i.exec(header);
  if (scheme === null) return undefined;
  const parameters = new Map<string, DigestParameter>();
  const text = header.slice(scheme[0].length).trimEnd();
  item.lastIndex = 0;
  let ended = false;
  while (!ended) {
    const found = item.exec(text);
    if (found === null) return undefined;
    const [, name = "", quoted, token = "", end] = found;
    const key = name.toLowerCase();
    if (parameters.has(key)) return undefined;
    parameters.set(
      key,
      quoted === undefined ? { value: token, quoted: false } : { value: quoted.replace(/\\(.)/g, "$1"), quoted: true },
    );
    ended = end === "";
  }
  return parameters;
}
