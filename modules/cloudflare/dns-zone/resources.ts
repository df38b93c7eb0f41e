import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import { Zone } from "@pulumi/cloudflare/zone.js";
import type { ModuleContext } from "../../../contract/module.js";
import type { DnsZoneLocals } from "./locals.js";

/** The resources of the kind. */
export interface DnsZoneResources {
  readonly zone: Zone;
}

/** Makes the zone and its records. */
export function resources(locals: DnsZoneLocals, context: ModuleContext): DnsZoneResources {
  const { accountId, name, paused, type, vanityNameServers, records } = locals;
  const zone = new Zone(
    context.name,
    { account: { id: accountId }, name, paused, type, vanityNameServers },
    context.primary(),
  );
  for (const { suffix, args } of records) {
    // A record that the manifest has no more goes; its zone stays protected, and takes all with it when it is deleted.
    const options = context.companion(suffix, { protect: false, deletedWith: zone });
    new DnsRecord(`${context.name}${suffix}`, { ...args, zoneId: zone.id }, options);
  }
  return { zone };
}
