import { file_acme_v1_digital_ocean_network } from "./gen/acme/v1/digital_ocean_network_pb.js";

/** The kinds of this package. */
export const catalog = {
  files: [file_acme_v1_digital_ocean_network],
  modules: { DigitalOceanNetwork: async () => (await import("./network.js")).network },
  comments: { "acme.v1.DigitalOceanNetwork": "A network of Acme's." },
};
