import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { PlantonError } from "../../../contract/planton-error.js";

/** Where a sandbox also listens with TLS. */
export interface TlsInit {
  /** File of the certificate, with those between it and its root; PEM. */
  readonly certFile: string;
  /** File of the certificate's private key; PEM. */
  readonly keyFile: string;
  /** 0: any free port. */
  readonly port: number;
}

/**
 * An HTTPS server with a given certificate, not yet listening. Some official clients speak https only.
 * Throws E_SANDBOX when a file cannot be read, or when the two do not belong together.
 */
export function createTlsServer(tls: TlsInit, listener: RequestListener): Server {
  try {
    return createServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, listener);
  } catch (error) {
    throw new PlantonError({
      code: "E_SANDBOX",
      message: `the certificate "${tls.certFile}" and its key "${tls.keyFile}" cannot be used`,
      hint: "give two PEM files that belong together: --tls-cert and --tls-key",
      cause: error,
    });
  }
}
