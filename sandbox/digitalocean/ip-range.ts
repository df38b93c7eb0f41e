import { isIPv4 } from "node:net";

/** A range of IPv4 addresses, first and last as numbers. */
interface Range {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** RFC 1918. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

function parseRange(text: string): Range | undefined {
  const [address = "", prefixText = ""] = text.split("/");
  if (!isIPv4(address) || !/^[0-9]{1,2}$/.test(prefixText) || Number(prefixText) > 32) return undefined;
  const prefix = Number(prefixText);
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const length = 2 ** (32 - prefix);
  return first % length === 0 ? { first, last: first + length - 1, prefix } : undefined;
}

/** True for a range that a VPC may have: private, from /16 to /28, starting at its first address. */
export function isVpcRange(text: string): boolean {
  const range = parseRange(text);
  if (range === undefined || range.prefix < 16 || range.prefix > 28) return false;
  return privateRanges.some((text) => {
    const around = parseRange(text);
    return around !== undefined && around.first <= range.first && range.last <= around.last;
  });
}

/** True when two ranges share an address. */
export function rangesOverlap(one: string, other: string): boolean {
  const [left, right] = [parseRange(one), parseRange(other)];
  return left !== undefined && right !== undefined && left.first <= right.last && right.first <= left.last;
}

/** A /20 range from 10.136.0.0 on that overlaps none of `taken`; undefined when all are taken. */
export function freeRange(taken: readonly string[]): string | undefined {
  for (let block = 0; block < 16 * 64; block += 1) {
    const candidate = `10.${136 + Math.floor(block / 16)}.${(block % 16) * 16}.0/20`;
    if (!taken.some((range) => rangesOverlap(range, candidate))) return candidate;
  }
  return undefined;
}
