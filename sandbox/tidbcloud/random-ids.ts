import type { TidbWorkshop } from "./tidb-request.js";

type Randomness = Pick<TidbWorkshop, "uuid" | "randomText">;

/** A new id of a cluster: 20 decimal digits, more than a signed 64-bit number holds, as real ones are. */
export function newClusterId({ uuid }: Randomness): string {
  const digits = BigInt(`0x${uuid().replaceAll("-", "")}`) % 10n ** 18n;
  return `10${digits.toString().padStart(18, "0")}`;
}

/** A new prefix of SQL users: 15 letters and digits. */
export function newUserPrefix({ randomText }: Randomness): string {
  return randomText(64).replace(/[-_]/g, "").slice(0, 15);
}

/** A new id of a branch: "bran-" and 26 lower-case letters and digits. */
export function newBranchId({ randomText }: Randomness): string {
  return `bran-${randomText(80).replace(/[-_]/g, "").toLowerCase().slice(0, 26)}`;
}
