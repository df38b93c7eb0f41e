import { catalog } from "../../../apis/gen/catalog.js";
import { tracedTransport } from "../../../http/traced-transport.js";
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
    trace: cli.trace,
  });
  addCredentialsCommand(program, cli, { catalog, vendors, fetch: tracedTransport(nodeTransport, cli.trace), resolve });
});
