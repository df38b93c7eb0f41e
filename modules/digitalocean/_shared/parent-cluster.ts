import { all, type Output } from "@pulumi/pulumi";
import type { StringValueOrRef } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { present } from "../../../contract/present.js";
import { asNonEmptyString } from "../../../http/json.js";

/** The cluster that a database, a user, a pool or a replica belongs to. */
export interface ParentCluster {
  readonly id: Output<string>;
  /** DigitalOcean's slug of its engine; undefined when the cluster is given by its id, which does not show it. */
  readonly engine: Output<string | undefined> | undefined;
}

/** What a manifest asks for that only some engines have. */
export interface EngineNeed {
  /** For people: "a connection pool". */
  readonly what: string;
  /** DigitalOcean's slugs. */
  readonly engines: readonly string[];
}

/**
 * The cluster that the field `cluster` names. Its id fails with E_REFERENCE_FORM when the cluster's stack says that its
 * engine lacks what the manifest needs, so that the vendor is not asked for it.
 */
export function parentCluster(
  field: StringValueOrRef | undefined,
  context: ModuleContext,
  needs: readonly EngineNeed[],
): ParentCluster {
  const id = present(context.input(field), "target.spec.cluster");
  const engine = context.referenced(field, "engine")?.apply(asNonEmptyString);
  if (engine === undefined) return { id, engine };
  const checked = all([id, engine]).apply(([clusterId, slug]) => {
    const unmet = needs.find(({ engines }) => slug !== undefined && !engines.includes(slug));
    if (unmet !== undefined) throw wrongEngine(clusterId, slug ?? "", unmet);
    return clusterId;
  });
  return { id: checked, engine };
}

function wrongEngine(clusterId: string, engine: string, { what, engines }: EngineNeed): PlantonError {
  return new PlantonError({
    code: "E_REFERENCE_FORM",
    message: `database cluster "${clusterId}" has engine ${engine}, and ${what} needs ${engines.join(" or ")}`,
    hint: "let spec.cluster name a cluster of such an engine, or remove what needs it",
  });
}
