import type { CloudflareDnsRecordStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_dns_record_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { DnsRecordResources } from "./resources.js";

/** The stack outputs of a record. */
export function outputs({ record }: DnsRecordResources): OutputsOf<CloudflareDnsRecordStackOutputs> {
  const { id: recordId, name: recordName, type: recordType, proxied, zoneId } = record;
  return { recordId, recordName, recordType, proxied, zoneId };
}
