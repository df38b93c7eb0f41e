import { createHash, timingSafeEqual } from "node:crypto";
import { rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseFault } from "./fault-list.js";
import { type JsonObject, numberField, textField } from "./json-fields.js";
import { isPaceName, type Pace } from "./pace.js";
import { readBody } from "./read-body.js";
import { Refusal } from "./refusal.js";
import type { SandboxControls } from "./sandbox-server.js";
import type { Answer } from "./sandbox-vendor.js";

/**
 * Answers a call under `/_sandbox`, which needs the sandbox's own token:
 * `GET status`, `PUT pace`, `POST reset`, `GET|POST|DELETE faults`, `DELETE faults/ID`.
 */
export async function handleAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  controls: SandboxControls,
): Promise<void> {
  const answer = await answerAdmin(request, controls);
  response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(answer.body ?? {}));
}

async function answerAdmin(request: IncomingMessage, controls: SandboxControls): Promise<Answer> {
  if (!sameText(request.headers.authorization ?? "", `Bearer ${controls.adminToken}`))
    return { status: 401, body: { message: "the sandbox's own token is needed" } };
  const [, , area = "", id] = new URL(request.url ?? "/", "http://127.0.0.1").pathname.split("/");
  try {
    return actOn(`${request.method ?? ""} ${area}`, id, await readBody(request), controls);
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, body: { message: error.message } };
    return { status: 500, body: { message: error instanceof Error ? error.message : String(error) } };
  }
}

function actOn(action: string, id: string | undefined, body: JsonObject, controls: SandboxControls): Answer {
  switch (action) {
    case "GET status":
      return { status: 200, body: status(controls) };
    case "PUT pace":
      controls.pace = paceOf(body, controls.pace);
      return { status: 200, body: { pace: controls.pace } };
    case "POST reset":
      for (const { open } of controls.vendors) open.reset();
      controls.faults.clear();
      rmSync(controls.files.requestLog, { force: true });
      return { status: 200, body: {} };
    case "GET faults":
      return { status: 200, body: { faults: controls.faults.list() } };
    case "POST faults": {
      const fault = parseFault(body);
      if (typeof fault === "string") throw new Refusal(422, fault);
      return { status: 201, body: { fault: controls.faults.add(fault) } };
    }
    case "DELETE faults": {
      const removed = controls.faults.clear(id);
      if (id !== undefined && removed === 0) throw new Refusal(404, `there is no fault "${id}"`);
      return { status: 200, body: { removed } };
    }
    default:
      throw new Refusal(404, "no such call");
  }
}

function status(controls: SandboxControls): JsonObject {
  return {
    pid: process.pid,
    pace: controls.pace,
    faults: controls.faults.list().length,
    objects: Object.fromEntries(controls.vendors.map(({ vendor, open }) => [vendor.name, open.countObjects()])),
  };
}

function paceOf(body: JsonObject, current: Pace): Pace {
  const name = textField(body, "name") || current.name;
  if (!isPaceName(name)) throw new Refusal(422, `pace "${name}" is not fast or real`);
  const creationMs = numberField(body, "creationMs");
  if (creationMs !== undefined && !(creationMs >= 0)) throw new Refusal(422, "creationMs is below 0");
  return creationMs === undefined ? { name } : { name, creationMs };
}

function sameText(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
