import { createDopplerProvider } from "../../providers/doppler/doppler-provider.js";
import { serveResourcePlugin } from "../launch/serve-resource-plugin.js";

declare const PLANTON_VERSION: string;

serveResourcePlugin(createDopplerProvider(PLANTON_VERSION));
