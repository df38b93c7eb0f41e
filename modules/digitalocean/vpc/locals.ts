import type { DigitalOceanVpcStackInput } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_vpc_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";
import { asNonEmptyString, type JsonObject } from "../../../http/json.js";

/** The plain values of a VPC. */
export interface VpcLocals {
  readonly name: string;
  readonly region: string;
  /** RFC 1918 range such as "10.10.0.0/20"; undefined lets DigitalOcean pick one. */
  readonly ipRange: string | undefined;
  readonly description: string | undefined;
}

/** The plain values of a VPC manifest. */
export function locals(input: DigitalOceanVpcStackInput, context: ModuleContext): VpcLocals {
  const spec = present(input.target?.spec, "target.spec");
  return {
    name: spec.name ?? context.resourceName,
    region: spec.region,
    ipRange: spec.ipRangeCidr,
    description: spec.description,
  };
}

/**
 * True when the old VPC has to go before a new one can be made: names are unique in an account, and ranges must not overlap
 * (DigitalOcean refuses both with 422). Else the new one is made first, and what is in the old one can move over.
 */
export function mustGoFirst(old: JsonObject, { name, ipRange }: Pick<VpcLocals, "name" | "ipRange">): boolean {
  if (asNonEmptyString(old["name"]) === name) return true;
  const [before, after] = [rangeOf(asNonEmptyString(old["ipRange"])), rangeOf(ipRange)];
  // A range that DigitalOcean picks lies beside all others.
  return before !== undefined && after !== undefined && before.first <= after.last && after.first <= before.last;
}

interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** The addresses of a CIDR range such as "10.10.0.0/20"; undefined for another text. */
function rangeOf(cidr: string | undefined): AddressRange | undefined {
  const [, address = "", bits = ""] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr ?? "") ?? [];
  if (address === "") return undefined;
  const size = 2 ** (32 - Number(bits));
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}
