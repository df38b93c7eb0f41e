import { createHash, timingSafeEqual } from "node:crypto";
import { rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "../../../contract/planton-error.js";
import { type JsonObject, numberField, stringField } from "../base/json-fields.js";
import { isPaceName, type Pace } from "../base/pace.js";
import { parseBody, readBytes } from "../base/read-body.js";
import { Refusal } from "../base/refusal.js";
import { parseFault } from "../faults/fault.js";
import type { VendorResponse } from "../vendor/sandbox-vendor.js";
import { changeSettings, listActions, listSettings, vendorNamed } from "./admin-settings.js";
import type { SandboxControls } from "./sandbox-context.js";
import { sendResponse } from "./send-response.js";

/**
 * Handles a call under `/_sandbox`, which needs the sandbox's own token: `GET status`, `GET counts`, `PUT pace`,
 * `POST reset`, `POST clock`, `GET|POST|DELETE faults`, `DELETE faults/ID`, `GET settings`,
 * `PUT|DELETE settings/VENDOR`, `GET actions`, `POST actions/VENDOR/NAME`.
 */
export async function handleAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  controls: SandboxControls,
): Promise<void> {
  sendResponse(response, { body: {}, ...(await responseOf(request, controls)) });
}

async function responseOf(request: IncomingMessage, controls: SandboxControls): Promise<VendorResponse> {
  if (!sameString(request.headers.authorization ?? "", `Bearer ${controls.adminToken}`))
    return { status: 401, body: { message: "the sandbox's own token is needed" } };
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, , area = "", ...names] = pathname.split("/").map(decodeURIComponent);
  try {
    const body = parseBody(await readBytes(request));
    return { status: 200, body: actOn(`${request.method ?? ""} ${area}`, { names, body }, controls) };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { message: error.message } };
    return { status: 500, body: { message: messageOf(error) } };
  }
}

interface AdminCall {
  /** What follows the area in the path. */
  readonly names: readonly string[];
  readonly body: JsonObject;
}

function actOn(action: string, { names, body }: AdminCall, controls: SandboxControls): JsonObject {
  const [first, second] = names;
  switch (action) {
    case "GET status":
      return status(controls);
    case "GET counts":
      return { counts: controls.counts };
    case "PUT pace":
      controls.pace = paceOf(body, controls.pace);
      return { pace: controls.pace };
    case "POST reset":
      reset(controls);
      return {};
    case "POST clock":
      controls.settings.pass(passedMs(body));
      return { aheadMs: controls.settings.aheadMs() };
    case "GET faults":
      return { faults: controls.faults.list() };
    case "POST faults": {
      const fault = parseFault(body);
      if (typeof fault === "string") throw new Refusal(422, fault);
      return { fault: controls.faults.add(fault) };
    }
    case "DELETE faults": {
      const removed = controls.faults.clear(first);
      if (first !== undefined && removed === 0) throw new Refusal(404, `there is no fault "${first}"`);
      return { removed };
    }
    case "GET settings":
      return { settings: listSettings(controls) };
    case "PUT settings":
      changeSettings(controls, first, body);
      return { settings: listSettings(controls) };
    case "DELETE settings":
      controls.settings.reset(vendorNamed(controls, first).vendor.name);
      return { settings: listSettings(controls) };
    case "GET actions":
      return { actions: listActions(controls) };
    case "POST actions":
      return { result: vendorNamed(controls, first).open.act(second ?? "", body) };
    default:
      throw new Refusal(404, "no such call");
  }
}

function reset(controls: SandboxControls): void {
  controls.settings.reset();
  for (const { open } of controls.vendors) open.reset();
  controls.faults.clear();
  controls.counts = {};
  rmSync(controls.files.requestLog, { force: true });
}

function status(controls: SandboxControls): JsonObject {
  return {
    pid: process.pid,
    pace: controls.pace,
    faults: controls.faults.list().length,
    objects: Object.fromEntries(controls.vendors.map(({ vendor, open }) => [vendor.name, open.countObjects()])),
  };
}

function passedMs(body: JsonObject): number {
  const ms = numberField(body, "passMs");
  if (ms === undefined || !Number.isInteger(ms) || ms < 0) throw new Refusal(422, "passMs is not an integer from 0");
  return ms;
}

function paceOf(body: JsonObject, current: Pace): Pace {
  const name = stringField(body, "name") || current.name;
  if (!isPaceName(name)) throw new Refusal(422, `pace "${name}" is not fast or real`);
  const creationMs = numberField(body, "creationMs");
  if (creationMs !== undefined && !(creationMs >= 0)) throw new Refusal(422, "creationMs is below 0");
  return creationMs === undefined ? { name } : { name, creationMs };
}

function sameString(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
