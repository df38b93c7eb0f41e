import { createHash } from "node:crypto";

/**
 * The mark by which resources of a stack are told at a vendor: project and stack in letters, digits and dashes, closed
 * by eight hexadecimal digits of their hash, so that two stacks never share one. At most 100 characters.
 */
export function ownerMark(project: string, stack: string): string {
  const hash = createHash("sha256").update(`${project}/${stack}`).digest("hex").slice(0, 8);
  const readable = `${project}-${stack}`.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 91);
  return `${readable}-${hash}`.toLowerCase();
}
