import { type Output, output } from "@pulumi/pulumi";
import {
  type CloudflareDnsRecordSpec_Settings,
  type CloudflareDnsRecordStackInput,
  CloudflareDnsRecordSpec_Type as Type,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_dns_record_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { present } from "../../../contract/present.js";
import { canonicalContent, type RecordData, wholeName } from "../_shared/dns-record.js";

/** The values of a record. */
export interface DnsRecordLocals {
  readonly zoneId: Output<string>;
  /** The whole name. */
  readonly name: Output<string>;
  readonly type: string;
  readonly ttl: number;
  readonly proxied: boolean;
  readonly content: Output<string> | undefined;
  readonly data: RecordData | undefined;
  readonly priority: number | undefined;
  readonly comment: string | undefined;
  readonly tags: string[] | undefined;
  readonly settings: Omit<CloudflareDnsRecordSpec_Settings, "$typeName" | "$unknown"> | undefined;
  readonly privateRouting: boolean | undefined;
}

/** The values of a record manifest. */
export function locals(input: CloudflareDnsRecordStackInput, context: ModuleContext): DnsRecordLocals {
  const spec = present(input.target?.spec, "target.spec");
  const type = Type[spec.type];
  const { caa, cert, dnskey, ds, https, loc, naptr, smimea, srv, sshfp, svcb, tlsa, uri } = spec;
  // A rule holds that there is one at most, the one of the type.
  const [data] = [caa, cert, dnskey, ds, https, loc, naptr, smimea, srv, sshfp, svcb, tlsa, uri].flatMap(
    (block) => block ?? [],
  );
  const zoneName = spec.zoneName ?? context.referenced(spec.zoneId, "zone_name");
  return {
    zoneId: present(context.input(spec.zoneId), "target.spec.zone_id"),
    name: zoneName === undefined ? output(spec.name) : nameIn(spec.name, zoneName),
    type,
    ttl: spec.ttl ?? 1,
    proxied: spec.proxied ?? false,
    content: context.input(spec.content)?.apply((content) => canonicalContent(type, content)),
    data: data && plainValues(data),
    priority: spec.priority,
    comment: spec.comment,
    tags: spec.tags.length > 0 ? spec.tags : undefined,
    settings: spec.settings && plainValues(spec.settings),
    privateRouting: spec.privateRouting,
  };
}

function nameIn(name: string, zoneName: string | Output<unknown>): Output<string> {
  if (typeof zoneName === "string") return output(wholeName(name, zoneName));
  return zoneName.apply((zone) => {
    if (typeof zone === "string") return wholeName(name, zone);
    if (name.includes(".")) return name;
    throw new PlantonError({
      code: "E_REFERENCE_FORM",
      message: `the stack of zone_id has no output "zone_name" that "${name}" could be completed with`,
      hint: "give zone_name, or the whole name",
    });
  });
}

/** The fields of a message that are set. */
function plainValues<Fields extends object>(message: Fields): Omit<Fields, "$typeName" | "$unknown"> {
  const entries = Object.entries(message).filter(([name, value]) => !name.startsWith("$") && value !== undefined);
  // What is left out are the two members that every message has, and undefined ones.
  return Object.fromEntries(entries) as Omit<Fields, "$typeName" | "$unknown">;
}
