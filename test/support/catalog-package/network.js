import { defineModule, present } from "planton/contract";
import sdk from "./sdk.cjs";

/** Makes the network. */
export const network = defineModule("DigitalOceanNetwork")({
  locals: (input, context) => {
    const spec = present(input.target?.spec, "target.spec");
    return { name: context.resourceName, region: spec.region, description: spec.purpose };
  },
  resources: (locals, context) => ({ network: new sdk.Vpc(context.name, locals, context.primary()) }),
  outputs: ({ network }) => ({ networkId: network.id }),
});
