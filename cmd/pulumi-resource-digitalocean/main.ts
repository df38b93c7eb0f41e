import { digitalOceanProvider } from "../../providers/digitalocean/digitalocean-provider.js";
import { serveResourcePlugin } from "../launch/serve-resource-plugin.js";

serveResourcePlugin(digitalOceanProvider);
