import type { DigitalOceanVpcStackInput } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_vpc_pb.js";
import type { ModuleContext } from "../../../contract/module.js";
import { present } from "../../../contract/present.js";

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
