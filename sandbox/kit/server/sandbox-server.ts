import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import Router from "find-my-way";
import { durationMs, type Pace } from "../base/pace.js";
import type { SandboxFiles } from "../base/sandbox-files.js";
import { openFaultList } from "../faults/fault-list.js";
import type { Method, OpenVendor, SandboxVendor } from "../vendor/sandbox-vendor.js";
import { handleAdmin } from "./admin-routes.js";
import { refuseWebPage } from "./refuse-web-page.js";
import type { SandboxControls, ServedVendor } from "./sandbox-context.js";
import { sendResponse } from "./send-response.js";
import { type Exchange, type Serving, serveVendor } from "./serve-vendor.js";
import { openSettings } from "./settings-store.js";

/** What {@link createSandboxListener} needs. */
export interface ListenerInit {
  readonly files: SandboxFiles;
  readonly vendors: readonly SandboxVendor[];
  readonly adminToken: string;
  readonly pace: Pace;
  readonly nowMs: () => number;
  /** In [0, 1). */
  readonly fraction: () => number;
  /** Takes the text of a failure of the sandbox itself. */
  readonly report: (text: string) => void;
}

/**
 * Handles the sandbox's requests, for the servers that listen. Opens every vendor's file: throws E_SANDBOX when one
 * cannot be read.
 */
export function createSandboxListener(init: ListenerInit): RequestListener {
  const vendors: ServedVendor[] = [];
  const settings = openSettings(init.files.settings);
  const controls: SandboxControls = {
    files: init.files,
    adminToken: init.adminToken,
    faults: openFaultList(init.files.faults),
    settings,
    nowMs: () => init.nowMs() + settings.aheadMs(),
    pace: init.pace,
    counts: {},
    vendors,
  };
  for (const vendor of init.vendors) vendors.push({ vendor, open: openServed(vendor, init, controls) });
  const serving: Serving = {
    controls,
    find: routeFinder(init.vendors),
    nowMs: init.nowMs,
    report: init.report,
  };
  return (request, response) => {
    const refused = refuseWebPage(request);
    if (refused !== undefined) {
      sendResponse(response, { ...refused, headers: { connection: "close" } });
      return;
    }
    const exchange = openExchange(request, response, init.nowMs());
    const path = exchange.url.pathname;
    const work = path.startsWith("/_sandbox/")
      ? handleAdmin(request, response, controls)
      : serve(exchange, vendorAt(path, vendors), serving);
    work.catch(() => response.destroy());
  };
}

async function serve(exchange: Exchange, served: ServedVendor | undefined, serving: Serving): Promise<void> {
  if (served !== undefined) return serveVendor(exchange, served, serving);
  sendResponse(exchange.response, { status: 404, body: { message: `no vendor serves "${exchange.url.pathname}"` } });
}

function openServed(vendor: SandboxVendor, init: ListenerInit, controls: SandboxControls): OpenVendor {
  return vendor.open({
    path: join(init.files.data, `${vendor.name}.json`),
    nowMs: controls.nowMs,
    uuid: randomUUID,
    randomText: (length) => randomBytes(length).toString("base64url").slice(0, length),
    durationMs: (action, real) => durationMs(action, { pace: controls.pace, real, fraction: init.fraction() }),
    settings: () => controls.settings.of(vendor.name),
  });
}

function vendorAt(path: string, vendors: readonly ServedVendor[]): ServedVendor | undefined {
  return vendors.find(({ vendor }) =>
    vendor.pathPrefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
  );
}

function openExchange(request: IncomingMessage, response: ServerResponse, startedMs: number): Exchange {
  return {
    request,
    response,
    // Any other method finds no route.
    method: request.method as Method,
    url: new URL(request.url ?? "/", "http://127.0.0.1"),
    scheme: "encrypted" in request.socket ? "https" : "http",
    requestId: randomUUID(),
    startedMs,
  };
}

function routeFinder(vendors: readonly SandboxVendor[]): Serving["find"] {
  const router = Router({ maxParamLength: 1000, ignoreTrailingSlash: true });
  const places = new Map<unknown, number>();
  for (const vendor of vendors)
    vendor.routes.forEach(({ method, path }, route) => {
      const handler = (): void => undefined;
      places.set(handler, route);
      router.on(method, path, handler);
    });
  return (method, path) => {
    const found = router.find(method, path);
    const route = found === null ? undefined : places.get(found.handler);
    if (found === null || route === undefined) return undefined;
    const params = Object.entries(found.params).map(([key, value]) => [key, value ?? ""] as const);
    return { route, params: Object.fromEntries(params) };
  };
}
