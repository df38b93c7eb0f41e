import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../support/planton-bed.js";

const folder = join(root, "dist/plugins");
const plugins = readdirSync(folder);
const nobody = 65_534;

/** Stands for the engine, whose end is a plugin's end. */
let engine: Server;
beforeAll(async () => {
  engine = createServer();
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
});
afterAll(() => engine.close());

/** Prints the status code of a call of GetPluginInfo by a user of the machine. */
const callSource = (service: string, port: string, uid: number): string => `
  import { createRequire } from "node:module";
  const require = createRequire(${JSON.stringify(join(root, "package.json"))});
  const { credentials } = require("@grpc/grpc-js");
  const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
  const { LanguageRuntimeClient } = require("@pulumi/pulumi/proto/language_grpc_pb.js");
  const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
  process.setgid(${uid}); process.setuid(${uid});
  const client = new ${service}("127.0.0.1:${port}", credentials.createInsecure());
  client.getPluginInfo(new Empty(), (error) => { console.log(error === null ? 0 : error.code); client.close(); });`;

function firstOutput(path: string, args: readonly string[]) {
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "inherit"] });
  const line = new Promise<string>((resolve) => child.stdout.once("data", (part: Buffer) => resolve(part.toString())));
  return { child, line };
}

test.runIf(process.getuid?.() === 0 && process.platform === "linux").each(plugins)(
  "%s takes the calls of its own user and no other's (needs root)",
  async (plugin) => {
    const address = engine.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const served = firstOutput(join(folder, plugin, `pulumi-${plugin}`), [`127.0.0.1:${port}`]);
    const service = plugin.startsWith("language-") ? "LanguageRuntimeClient" : "ResourceProviderClient";
    const pluginPort = (await served.line).trim();
    try {
      for (const [uid, code] of [
        [0, status.OK],
        [nobody, status.PERMISSION_DENIED],
      ] as const) {
        const source = callSource(service, pluginPort, uid);
        const call = firstOutput(process.execPath, ["--input-type=module", "-e", source]);
        expect([uid, (await call.line).trim()]).toEqual([uid, String(code)]);
      }
    } finally {
      served.child.kill("SIGTERM");
    }
  },
);
