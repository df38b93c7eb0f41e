import type { Resource, TimeoutKey } from "./resource.js";

/** A duration as Go's time.Duration prints it, to the millisecond: "1h0m0s", "2.5s", "20ms". */
export function goDuration(seconds: number): string {
  const totalMs = Math.round(seconds * 1000);
  if (totalMs < 1000) return totalMs === 0 ? "0s" : `${totalMs}ms`;
  const hours = Math.floor(totalMs / 3_600_000);
  const minutes = Math.floor(totalMs / 60_000) % 60;
  const rest = `${(totalMs % 60_000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

/**
 * The warning about a custom timeout that the resource does not heed; undefined when there is none to ignore. Text and
 * occasions are those of pulumi/pulumi-terraform-bridge v3.136.0 (pkg/tfshim/sdk-v2/provider2.go, configWithTimeouts):
 * every Create and Update, that of a preview too, and no Delete.
 */
export function ignoredTimeoutWarning<Api>(
  { customTimeouts }: Pick<Resource<Api>, "customTimeouts">,
  operation: Exclude<TimeoutKey, "delete">,
  seconds: number,
): string | undefined {
  if (seconds === 0 || customTimeouts === undefined || customTimeouts.includes(operation)) return undefined;
  return `Resource does not support customTimeouts, ignoring: ${operation}=${goDuration(seconds)}`;
}
