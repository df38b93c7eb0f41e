import { matching, neverManaged } from "./property-rules.js";
import { string } from "./property-types.js";

/** The input `owner` of a resource of which the vendor keeps no mark, so that it is in records of creations alone. */
export const ownerInput = {
  type: string,
  managed: neverManaged,
  description: "Mark of the owning stack. Keeps the records of stacks of equal names on one machine apart.",
  check: matching(/^[A-Za-z0-9][-A-Za-z0-9_.]{0,99}$/, "1 to 100 letters, digits, dashes, dots and underscores"),
} as const;
