import type { CloudflareDnsZoneStackOutputs } from "../../../apis/gen/es/planton/cloudflare/v1/cloudflare_dns_zone_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { DnsZoneLocals } from "./locals.js";
import type { DnsZoneResources } from "./resources.js";

/** The stack outputs of a zone. */
export function outputs(
  { zone }: DnsZoneResources,
  { accountId }: DnsZoneLocals,
): OutputsOf<CloudflareDnsZoneStackOutputs> {
  return {
    zoneId: zone.id,
    zoneName: zone.name,
    nameservers: zone.nameServers,
    status: zone.status,
    accountId,
    verificationKey: zone.verificationKey,
  };
}
