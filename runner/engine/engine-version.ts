import gte from "semver/functions/gte.js";
import valid from "semver/functions/valid.js";

/** Version of the Pulumi CLI that planton installs; the one that engine/go.mod pins. */
export const pinnedEngineVersion = "3.259.0";

/** Oldest Pulumi CLI that planton works with: selection per backend and `--ignore-protect` came with it. */
export const minimumEngineVersion = "3.256.0";

/** Oldest Go that compiles the pinned CLI; the `go` line of engine/go.mod. */
export const minimumGoVersion = "1.25.11";

/** The version in the output of `pulumi version`, without the `v`; undefined when the output is anything else. */
export function parseEngineVersion(output: string): string | undefined {
  return valid(output.trim()) ?? undefined;
}

/** True for a version that planton works with. Takes what {@link parseEngineVersion} gives back. */
export function isNewEnough(version: string): boolean {
  return gte(version, minimumEngineVersion);
}
