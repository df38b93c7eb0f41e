import type { Problem } from "../../../contract/planton-error.js";
import type { Overlay } from "../../manifest/manifest-context.js";
import type { WorkspaceContext } from "../../project/workspace/effective-manifest.js";
import { overlayKey } from "../../project/workspace/overlays.js";
import { suggest } from "../../system/suggest.js";

/** What a manifest says of itself, whether it is right or not. */
export interface SaidManifest {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  /** All environments that it is for; one that is undefined for a manifest without. */
  readonly environments: readonly (string | undefined)[];
}

interface EnvironmentContext {
  readonly env: string;
  readonly context: WorkspaceContext | undefined;
}

/**
 * E_OVERLAY for each overlay whose manifest is not there, or not for that environment. `isReadable` says that every file
 * could be read, so that no manifest is missing from the list.
 */
export function uselessOverlays(
  contexts: readonly EnvironmentContext[],
  manifests: readonly SaidManifest[],
  isReadable: boolean,
): Problem[] {
  // One without a name could be the one that is meant.
  const isComplete = isReadable && manifests.every(({ kind, name }) => kind !== undefined && name !== undefined);
  const environmentsOf = new Map<string, (string | undefined)[]>();
  for (const { kind = "", name = "", environments } of manifests) {
    const key = overlayKey(kind, name);
    environmentsOf.set(key, [...(environmentsOf.get(key) ?? []), ...environments]);
  }
  return contexts.flatMap(({ env, context }) =>
    [...(context?.overlays.values() ?? [])].flatMap((overlay) => {
      const environments = environmentsOf.get(overlayKey(overlay.kind, overlay.name));
      if (environments === undefined) return isComplete ? [noManifest(overlay, manifests)] : [];
      return environments.includes(env) ? [] : [otherEnvironment(overlay, env)];
    }),
  );
}

function otherEnvironment({ kind, name, file, place }: Overlay, env: string): Problem {
  const message = `${kind} "${name}" is not for the environment "${env}", so that the overlay changes nothing`;
  const hint = "add the environment to its metadata.environments, or remove the overlay";
  return { code: "E_OVERLAY", severity: "error", ...place, file, message, hint };
}

function noManifest({ kind, name, file, place }: Overlay, manifests: readonly SaidManifest[]): Problem {
  const names = manifests.flatMap((one) => (one.kind === kind && one.name !== undefined ? [one.name] : []));
  const meant = suggest(name, names);
  const message = `there is no ${kind} "${name}" that the overlay could change`;
  const hint = meant === undefined ? "correct kind and name, or remove the overlay" : `did you mean "${meant}"?`;
  return { code: "E_OVERLAY", severity: "error", ...place, file, message, hint };
}
