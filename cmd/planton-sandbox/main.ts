import { parseArgs } from "node:util";
import { isPlantonError, messageOf } from "../../contract/planton-error.js";
import { printableLines } from "../../contract/text/printable.js";
import { sandboxVendors } from "../../sandbox/gen/vendors.js";
import { isPaceName } from "../../sandbox/kit/base/pace.js";
import { runSandbox } from "../../sandbox/kit/server/run-sandbox.js";

const orphanCheckMs = 2000;

/**
 * Entry file of the sandbox process. It serves until SIGTERM or SIGINT, or until its record is gone (its home was
 * removed). A parent process that is connected over IPC receives `{ready: true}` or `{error: {code, message, hint}}`.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: "string" },
      port: { type: "string" },
      pace: { type: "string" },
      "creation-ms": { type: "string" },
      fingerprint: { type: "string" },
      "tls-cert": { type: "string" },
      "tls-key": { type: "string" },
      "tls-port": { type: "string" },
    },
  });
  if (values.home === undefined) throw new TypeError("--home is needed");
  const name = isPaceName(values.pace) ? values.pace : "fast";
  const creationMs = values["creation-ms"];
  const { "tls-cert": certFile, "tls-key": keyFile, "tls-port": tlsPort = "0" } = values;
  const tls =
    certFile === undefined || keyFile === undefined ? {} : { tls: { certFile, keyFile, port: Number(tlsPort) } };
  const sandbox = await runSandbox({
    home: values.home,
    port: Number(values.port ?? 0),
    ...tls,
    pace: creationMs === undefined ? { name } : { name, creationMs: Number(creationMs) },
    version: values.fingerprint ?? "",
    vendors: sandboxVendors,
    nowMs: Date.now,
    fraction: Math.random,
    report: (text) => process.stderr.write(`${printableLines(text)}\n`),
  });
  const end = (): void => {
    void sandbox.close().finally(() => process.exit(0));
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, end);
  setInterval(() => {
    if (sandbox.isOrphaned()) end();
  }, orphanCheckMs).unref();
  process.send?.({ ready: true });
}

main().catch((error: unknown) => {
  const text = messageOf(error);
  process.stderr.write(`${printableLines(error instanceof Error ? (error.stack ?? text) : text)}\n`);
  const failure = isPlantonError(error)
    ? { code: error.code, message: error.message, hint: error.hint }
    : { code: "E_SANDBOX", message: text };
  if (process.send === undefined) process.exit(1);
  process.send({ error: failure }, () => process.exit(1));
});
