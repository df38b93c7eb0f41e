import { createHash } from "node:crypto";
import type { Output } from "@pulumi/pulumi";
import { CloudflareDnsRecordSpec_Type as RecordType } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_dns_record_pb.js";
import {
  type CloudflareDnsZoneSpec_Record,
  type CloudflareDnsZoneStackInput,
  CloudflareDnsZoneSpec_Type as Type,
} from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_dns_zone_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { canonicalContent, dataOf, hasParts, type RecordData, wholeName } from "../_shared/dns-record.js";

/** The values of a record of the zone. */
export interface ZoneRecord {
  /** What follows the zone's logical name; from the record's content, so that no other record of the list changes it. */
  readonly suffix: string;
  readonly args: {
    readonly name: string;
    readonly type: string;
    readonly ttl: number;
    readonly proxied: boolean;
    readonly priority: number | undefined;
    readonly comment: string | undefined;
    readonly content?: Output<string>;
    readonly data?: Output<RecordData>;
  };
}

/** The values of a zone. */
export interface DnsZoneLocals {
  readonly accountId: string;
  readonly name: string;
  readonly paused: boolean;
  readonly type: string;
  readonly vanityNameServers: string[] | undefined;
  readonly records: readonly ZoneRecord[];
}

/** The values of a zone manifest. */
export function locals(input: CloudflareDnsZoneStackInput, context: ModuleContext): DnsZoneLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    accountId: context.account(),
    name: spec.zoneName,
    paused: spec.paused ?? false,
    type: Type[present(spec.type, "target.spec.type")],
    vanityNameServers: spec.vanityNameServers.length > 0 ? spec.vanityNameServers : undefined,
    records: spec.records.map((record) => recordOf(record, spec.zoneName, context)),
  };
}

function recordOf(record: CloudflareDnsZoneSpec_Record, zoneName: string, context: ModuleContext): ZoneRecord {
  const type = RecordType[record.type];
  const name = wholeName(record.name, zoneName);
  const content = present(context.input(record.content), "target.spec.records.content");
  return {
    suffix: suffixOf(record, { type, name, zoneName }),
    args: {
      name,
      type,
      ttl: record.ttl ?? 1,
      proxied: record.proxied ?? false,
      priority: record.priority,
      comment: record.comment,
      ...(hasParts(type)
        ? { data: content.apply((text) => dataOf(type, text)) }
        : { content: content.apply((text) => canonicalContent(type, text)) }),
    },
  };
}

/** "-www-cname"; of types that a name may have several of, with a digest of the content: "-mx-1a2b3c4d". */
function suffixOf(
  { content }: CloudflareDnsZoneSpec_Record,
  { type, name, zoneName }: { readonly type: string; readonly name: string; readonly zoneName: string },
): string {
  const within = name === zoneName ? "" : `-${name.slice(0, -zoneName.length - 1).replace("*", "any")}`;
  const place = `${within}-${type.toLowerCase()}`;
  if (type === "CNAME") return place;
  const { source } = present(content, "target.spec.records.content");
  const text = source.case === "valueFrom" ? JSON.stringify({ ...source.value, $typeName: undefined }) : source.value;
  return `${place}-${createHash("sha256")
    .update(text ?? "")
    .digest("hex")
    .slice(0, 8)}`;
}
