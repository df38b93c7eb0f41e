import { catalog } from "../../../apis/gen/catalog.js";
import { nodeTransport } from "../../../http/transport.js";
import { vendors } from "../../../modules/gen/vendors.js";
import { openSecretResolver } from "../../../runner/secrets/resolve-secret.js";
import { addCredentialsCommand } from "../commands/credentials.js";
import { runCommandLine } from "../run-command-line.js";

runCommandLine((program, cli) => {
  const resolve = openSecretResolver({
    env: cli.env,
    baseDir: cli.cwd,
    providers: catalog.providers,
    warn: (text) => cli.err(`warning: ${text}`),
  });
  addCredentialsCommand(program, cli, { catalog, vendors, fetch: nodeTransport, resolve });
});
