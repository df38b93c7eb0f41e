import type { DigitalOceanVpcStackOutputs } from "../../../apis/gen/es/planton/digitalocean/v1/digital_ocean_vpc_pb.js";
import type { OutputsOf } from "../../../contract/module.js";
import type { VpcResources } from "./resources.js";

/** The stack outputs of a VPC. */
export function outputs({ vpc }: VpcResources): OutputsOf<DigitalOceanVpcStackOutputs> {
  return { vpcId: vpc.id, urn: vpc.vpcUrn, ipRange: vpc.ipRange };
}
