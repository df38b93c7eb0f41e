import {
  type CloudflareD1DatabaseStackInput,
  CloudflareD1DatabaseSpec_Jurisdiction as Jurisdiction,
  CloudflareD1DatabaseSpec_ReadReplication_Mode as Mode,
  CloudflareD1DatabaseSpec_Region as Region,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_d1_database_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { present } from "../../../contract/present.js";

/** The values of a database. */
export interface D1DatabaseLocals {
  readonly accountId: string;
  readonly name: string;
  /** In Cloudflare's words. */
  readonly primaryLocationHint: string | undefined;
  readonly jurisdiction: string | undefined;
  readonly readReplication: { readonly mode: string };
}

/** Type token of a database. */
const databaseType = "cloudflare:index/d1Database:D1Database";

/** The values of a database manifest. Throws E_RULE_VIOLATED for the region of a database that is taken over. */
export function locals(input: CloudflareD1DatabaseStackInput, context: ModuleContext): D1DatabaseLocals {
  const spec = present(input.target?.spec, "target.spec");
  if (context.imports && spec.region !== undefined) throw unknownRegion();
  // Cloudflare does not give it back, so that one whose creation was found again is in the state without it.
  const [held] = context.inState(databaseType);
  const isUnknown = held !== undefined && held.inputs["primaryLocationHint"] === undefined;
  if (isUnknown && spec.region !== undefined)
    context.warn(
      "spec.region: where the database is is not known, and it stays there: a region counts when it is made",
    );
  return {
    accountId: context.account(),
    name: spec.databaseName ?? context.resourceName,
    primaryLocationHint: spec.region === undefined || isUnknown ? undefined : Region[spec.region],
    jurisdiction: spec.jurisdiction === undefined ? undefined : Jurisdiction[spec.jurisdiction],
    // Always sent: the plugin would send null for one that it read and the program does not have, which is refused
    // (terraform-provider-cloudflare issue 6309, read 2026-11).
    readReplication: { mode: Mode[spec.readReplication?.mode ?? Mode.disabled] },
  };
}

/** Cloudflare does not give the hint back, so that the plugin would replace the database to apply it. */
function unknownRegion(): PlantonError {
  return new PlantonError({
    code: "E_RULE_VIOLATED",
    message: "spec.region: the region of a database that is taken over is not known, and cannot change",
    hint: "leave region out as long as metadata.import_id is given: the database stays where it is",
  });
}
