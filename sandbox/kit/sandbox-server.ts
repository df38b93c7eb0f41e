import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Router from "find-my-way";
import { handleAdmin } from "./admin-routes.js";
import { type Fault, type FaultList, openFaultList } from "./fault-list.js";
import type { JsonObject } from "./json-fields.js";
import { durationMs, type Pace } from "./pace.js";
import { readBody } from "./read-body.js";
import { Refusal } from "./refusal.js";
import { appendLog } from "./request-log.js";
import type { SandboxFiles } from "./sandbox-files.js";
import type { Answer, Method, OpenVendor, SandboxVendor } from "./sandbox-vendor.js";

/** What {@link createSandboxServer} needs. */
export interface ServerInit {
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

/** A vendor and its opened file. */
export interface ServedVendor {
  readonly vendor: SandboxVendor;
  readonly open: OpenVendor;
}

/** What the routes under `/_sandbox` may read and change. */
export interface SandboxControls {
  readonly files: SandboxFiles;
  readonly adminToken: string;
  readonly vendors: readonly ServedVendor[];
  readonly faults: FaultList;
  pace: Pace;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: Method;
  readonly url: URL;
  readonly requestId: string;
  readonly startedMs: number;
}

interface Target {
  readonly served: ServedVendor;
  readonly route: number;
}

/**
 * The sandbox's HTTP server, not yet listening. Opens every vendor's file: throws E_SANDBOX when one cannot be read.
 */
export function createSandboxServer(init: ServerInit): Server {
  const vendors: ServedVendor[] = [];
  const controls: SandboxControls = {
    files: init.files,
    adminToken: init.adminToken,
    faults: openFaultList(init.files.faults),
    pace: init.pace,
    vendors,
  };
  for (const vendor of init.vendors) vendors.push({ vendor, open: openServed(vendor, init, controls) });
  const router = Router({ maxParamLength: 1000, ignoreTrailingSlash: true });
  const targets = new Map<unknown, Target>();
  for (const entry of vendors)
    entry.vendor.routes.forEach(({ method, path }, route) => {
      const handler = (): void => undefined;
      targets.set(handler, { served: entry, route });
      router.on(method, path, handler);
    });
  const server = createServer((request, response) => {
    const exchange = openExchange(request, response, init.nowMs());
    const work = exchange.url.pathname.startsWith("/_sandbox/")
      ? handleAdmin(request, response, controls)
      : serveVendor(exchange, { controls, find: (method, path) => findTarget(router, targets, method, path), init });
    work.catch(() => response.destroy());
  });
  server.keepAliveTimeout = 30_000;
  return server;
}

function openServed(vendor: SandboxVendor, init: ServerInit, controls: SandboxControls): OpenVendor {
  return vendor.open({
    path: join(init.files.data, `${vendor.name}.json`),
    nowMs: init.nowMs,
    uuid: randomUUID,
    randomText: (length) => randomBytes(length).toString("base64url").slice(0, length),
    durationMs: (action) => durationMs(controls.pace, action, init.fraction()),
  });
}

function openExchange(request: IncomingMessage, response: ServerResponse, startedMs: number): Exchange {
  return {
    request,
    response,
    // Any other method finds no route.
    method: request.method as Method,
    url: new URL(request.url ?? "/", "http://127.0.0.1"),
    requestId: randomUUID(),
    startedMs,
  };
}

type Find = (
  method: Method,
  path: string,
) => (Target & { readonly params: Readonly<Record<string, string>> }) | undefined;

function findTarget(
  router: Router.Instance<Router.HTTPVersion.V1>,
  targets: ReadonlyMap<unknown, Target>,
  method: Method,
  path: string,
): ReturnType<Find> {
  const found = router.find(method, path);
  const target = found === null ? undefined : targets.get(found.handler);
  if (found === null || target === undefined) return undefined;
  const params = Object.entries(found.params).map(([key, value]) => [key, value ?? ""] as const);
  return { ...target, params: Object.fromEntries(params) };
}

interface Serving {
  readonly controls: SandboxControls;
  readonly find: Find;
  readonly init: ServerInit;
}

async function serveVendor(exchange: Exchange, serving: Serving): Promise<void> {
  const path = exchange.url.pathname;
  const served = serving.controls.vendors.find(({ vendor }) =>
    vendor.pathPrefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
  );
  if (served === undefined) return sendPlain(exchange.response, 404, { message: `no vendor serves "${path}"` });
  const fault = serving.controls.faults.take(exchange.method, path);
  let body: JsonObject = {};
  let answer: Answer | undefined;
  try {
    body = await readBody(exchange.request);
    if (fault?.delayMs !== undefined) await wait(fault.delayMs);
    answer = fault?.reset === true ? undefined : answerOf({ exchange, served, body, fault, find: serving.find });
  } catch (error) {
    if (!(error instanceof Refusal))
      serving.init.report(error instanceof Error ? (error.stack ?? error.message) : String(error));
    answer = errorAnswer(error, served.vendor, exchange);
  }
  if (fault?.lostAnswer === true) answer = undefined;
  appendLog(serving.controls.files.requestLog, {
    time: new Date(exchange.startedMs).toISOString(),
    vendor: served.vendor.name,
    method: exchange.method,
    path: `${path}${exchange.url.search}`,
    ...(answer === undefined ? {} : { status: answer.status, answer: answer.body }),
    durationMs: serving.init.nowMs() - exchange.startedMs,
    ...(fault === undefined ? {} : { fault: fault.id }),
    ...(Object.keys(body).length === 0 ? {} : { request: body }),
  });
  if (answer === undefined) exchange.request.socket.destroy();
  else send(exchange, served.vendor, answer, serving.init.nowMs());
}

interface Asked {
  readonly exchange: Exchange;
  readonly served: ServedVendor;
  readonly body: JsonObject;
  readonly fault: Fault | undefined;
  readonly find: Find;
}

function answerOf({ exchange, served, body, fault, find }: Asked): Answer {
  const { method, url, requestId, request } = exchange;
  if (fault?.status !== undefined) {
    const retryAfter = fault.retryAfterSeconds === undefined ? {} : { "retry-after": String(fault.retryAfterSeconds) };
    return {
      status: fault.status,
      body: served.vendor.errorBody(fault.status, fault.message, requestId),
      headers: retryAfter,
    };
  }
  const target = find(method, url.pathname);
  if (target === undefined) return { status: 404, body: served.vendor.errorBody(404, undefined, requestId) };
  return target.served.open.handle(target.route, {
    method,
    path: url.pathname,
    params: target.params,
    query: url.searchParams,
    body,
    authorization: request.headers.authorization ?? "",
    baseUrl: `http://${request.headers.host ?? "127.0.0.1"}`,
    requestId,
    stuck: fault?.stuck === true,
  });
}

function errorAnswer(error: unknown, vendor: SandboxVendor, exchange: Exchange): Answer {
  if (error instanceof Refusal)
    return { status: error.status, body: vendor.errorBody(error.status, error.message, exchange.requestId) };
  return { status: 500, body: vendor.errorBody(500, undefined, exchange.requestId) };
}

function send(exchange: Exchange, vendor: SandboxVendor, answer: Answer, nowMs: number): void {
  const headers = { ...vendor.headers(exchange.requestId, nowMs), ...answer.headers };
  if (answer.body === undefined) {
    exchange.response.writeHead(answer.status, headers).end();
    return;
  }
  const text = JSON.stringify(answer.body);
  exchange.response
    .writeHead(answer.status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}

/** Sends a JSON answer of the sandbox itself. */
export function sendPlain(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
