import { createTidbCloudProvider } from "../../providers/tidbcloud/tidbcloud-provider.js";
import { serveResourcePlugin } from "../launch/serve-resource-plugin.js";

declare const PLANTON_VERSION: string;

serveResourcePlugin(createTidbCloudProvider(PLANTON_VERSION));
