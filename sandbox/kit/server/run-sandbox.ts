import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { PlantonError } from "../../../contract/planton-error.js";
import type { Pace } from "../base/pace.js";
import { makeSandboxFolders, sandboxFiles } from "../base/sandbox-files.js";
import { readRecord, removeRecord, type SandboxRecord, writeRecord } from "../base/sandbox-record.js";
import { createTlsServer, type TlsInit } from "../base/tls-listener.js";
import type { SandboxVendor } from "../vendor/sandbox-vendor.js";
import { createSandboxListener } from "./sandbox-server.js";

/** What {@link runSandbox} needs. */
export interface RunInit {
  /** Planton's home folder. */
  readonly home: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where it also listens with TLS; default: nowhere. */
  readonly tls?: TlsInit;
  readonly pace: Pace;
  /** Fingerprint of the program. */
  readonly version: string;
  readonly vendors: readonly SandboxVendor[];
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly fraction: () => number;
  /** Takes the text of a failure of the sandbox itself. */
  readonly report: (text: string) => void;
}

/** A sandbox that serves. */
export interface RunningSandbox {
  readonly record: SandboxRecord;
  /** True when its record is gone or names another process: nobody can find it any more. */
  readonly isOrphaned: () => boolean;
  /** Ends it: no new requests, those under way within one second, then its record is gone. */
  readonly close: () => Promise<void>;
}

/**
 * Serves the sandbox on 127.0.0.1 and writes its record once it listens.
 * Throws E_SANDBOX_PORT when a port is taken, E_SANDBOX when a file cannot be read or written.
 */
export async function runSandbox(init: RunInit): Promise<RunningSandbox> {
  const files = sandboxFiles(init.home);
  makeSandboxFolders(files);
  const adminToken = randomBytes(32).toString("base64url");
  const listener = createSandboxListener({ ...init, files, adminToken });
  const servers: Server[] = [createServer(listener)];
  if (init.tls !== undefined) servers.push(createTlsServer(init.tls, listener));
  const ports: number[] = [];
  try {
    for (const server of servers) {
      server.keepAliveTimeout = 30_000;
      ports.push(await listen(server, ports.length === 0 ? init.port : (init.tls?.port ?? 0)));
    }
  } catch (error) {
    await Promise.all(servers.map(closeServer));
    throw error;
  }
  const [port = init.port, tlsPort] = ports;
  const baseUrl = `http://127.0.0.1:${port}`;
  const record: SandboxRecord = {
    pid: process.pid,
    port,
    adminToken,
    startedAt: new Date(init.nowMs()).toISOString(),
    version: init.version,
    ...(init.tls === undefined || tlsPort === undefined ? {} : { tls: { ...init.tls, port: tlsPort } }),
    environment: Object.assign({}, ...init.vendors.map((vendor) => vendor.environment(baseUrl))),
  };
  writeRecord(files.record, record);
  return {
    record,
    isOrphaned: () => readRecord(files.record)?.pid !== process.pid,
    async close() {
      await Promise.all(servers.map(closeServer));
      removeRecord(files.record, process.pid);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, port: number): PlantonError {
  if (error.code === "EADDRINUSE" || error.code === "EACCES")
    return new PlantonError({
      code: "E_SANDBOX_PORT",
      message: `port "${port}" on 127.0.0.1 ${error.code === "EACCES" ? "is not allowed" : "is taken by another program"}`,
      hint: "take any free port: planton sandbox start --port 0 (or --tls-port 0); or stop what listens there",
      cause: error,
    });
  return new PlantonError({
    code: "E_SANDBOX",
    message: `cannot listen on port "${port}": ${error.message}`,
    cause: error,
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const hurry = setTimeout(() => server.closeAllConnections(), 1000);
    server.close(() => {
      clearTimeout(hurry);
      resolve();
    });
    server.closeIdleConnections();
  });
}
