/** A resource in pulumi's JSON form of a deployment. */
export interface HeldResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly protect?: boolean;
  readonly delete?: boolean;
  readonly pendingReplacement?: boolean;
  readonly initErrors?: readonly string[];
  readonly deletedWith?: string;
}

/** A deployment in pulumi's JSON form, as `pulumi stack export` gives it. */
export interface Deployment {
  readonly manifest: { readonly time: string };
  readonly secrets_providers: { readonly type: string; readonly state: { readonly salt: string } };
  readonly metadata: object;
  resources?: readonly HeldResource[];
  pending_operations?: readonly { readonly type: string; readonly resource: HeldResource }[];
}

/** URN of a stack's own resource. */
export function stackUrn({ project, stack }: { readonly project: string; readonly stack: string }): string {
  return `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
}

/** What `pulumi stack import` does to a deployment (3.259.0, tried 2026-11-30: "removing pending operation ..."). */
export function withoutPending({ pending_operations: _dropped, ...deployment }: Deployment): Deployment {
  return deployment;
}

/**
 * Why `pulumi stack import` refuses a deployment (3.259.0, tried 2026-11-30); undefined for one that it takes. What a
 * resource names has to come before it.
 */
export function importProblem(stack: string, { resources = [] }: Deployment): string | undefined {
  const seen = new Set<string>();
  for (const { urn, parent, provider, dependencies = [], deletedWith, delete: isReplaced } of resources) {
    if (!urn.startsWith(`urn:pulumi:${stack}::`)) return `resource '${urn}' is from a different stack`;
    if (provider !== undefined && !seen.has(provider.slice(0, provider.lastIndexOf("::")))) {
      return `resource ${urn} refers to unknown provider ${provider}`;
    }
    const missing = [parent, ...dependencies, deletedWith].find((named) => named !== undefined && !seen.has(named));
    if (missing !== undefined) return `resource ${urn} refers to missing resource ${missing}`;
    if (seen.has(urn) && isReplaced !== true) return `duplicate resource ${urn} (not marked for deletion)`;
    seen.add(urn);
  }
  return undefined;
}

/** A resource of a test's state: its type, logical name and id, and what else the state says. */
export interface HeldEntry extends Partial<Omit<HeldResource, "urn">> {
  readonly type: string;
  readonly name: string;
}

/** URN of a resource that has no parent but the stack. */
export function urnOf(
  { project, stack }: { readonly project: string; readonly stack: string },
  entry: HeldEntry,
): string {
  return `urn:pulumi:${stack}::${project}::${entry.type}::${entry.name}`;
}

/** The resources of a state: the stack's own, a provider, then these. */
export function resourcesOf(
  place: { readonly project: string; readonly stack: string },
  entries: readonly HeldEntry[],
): readonly HeldResource[] {
  const parent = stackUrn(place);
  const provider: HeldEntry = { type: "pulumi:providers:digitalocean", name: "digitalocean", id: "provider-1" };
  const providerUrn = urnOf(place, provider);
  return [
    { urn: parent, type: "pulumi:pulumi:Stack", custom: false },
    { urn: providerUrn, type: provider.type, custom: true, id: "provider-1" },
    ...entries.map(({ name, ...entry }) => ({
      custom: true,
      parent,
      provider: `${providerUrn}::provider-1`,
      ...entry,
      urn: urnOf(place, { ...entry, name }),
    })),
  ];
}
