import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { DnsRecordLocals } from "./locals.js";

/** The resources of the kind. */
export interface DnsRecordResources {
  readonly record: DnsRecord;
}

/** Makes the record. */
export function resources(locals: DnsRecordLocals, context: ModuleContext): DnsRecordResources {
  const [old] = context.inState("cloudflare:index/dnsRecord:DnsRecord");
  // Beside a CNAME record a name can have none of another type.
  const deleteBeforeReplace = [old?.inputs["type"], locals.type].includes("CNAME");
  return { record: new DnsRecord(context.name, { ...locals }, context.primary({ deleteBeforeReplace })) };
}
