import { expect, it } from "vitest";
import { createTrace, noTrace } from "../../../contract/trace.js";
import type { CallContext, Handler } from "./grpc-handler.js";
import { providerPb, writeProperties } from "./protocol.js";
import { tracedHandler } from "./traced-handler.js";

type CreateRequest = InstanceType<typeof providerPb.CreateRequest>;

const password = "passw0rd-of-the-user";
const context: CallContext = { peer: "p", abandoned: new AbortController().signal };

function createRequest(): CreateRequest {
  const request = new providerPb.CreateRequest();
  request.setUrn("urn:pulumi:dev::test::acme:index/queue:Queue::main");
  request.setPreview(true);
  request.setProperties(writeProperties({ values: { password }, secrets: new Set(["password"]) }));
  return request;
}

async function linesOf(handler: Handler<CreateRequest, string>): Promise<readonly string[]> {
  const lines: string[] = [];
  const trace = createTrace({ source: "acme[1]", nowMs: () => 0, write: (line) => lines.push(line) });
  // What it throws is in the lines.
  await Promise.allSettled([tracedHandler("create", handler, trace)(createRequest(), context)]);
  return lines.map((line) => line.replace(/^\S+ \S+ /, ""));
}

it.each<[string, Handler<CreateRequest, string>, string]>([
  ["a response", () => ({ response: "done" }), "create end type=Queue name=main preview=true ms=0"],
  [
    "a status",
    () => ({ status: { code: 2, details: `not ${password}` } }),
    'create end type=Queue name=main preview=true ms=0 error=grpc-2 message="not [secret]"',
  ],
  [
    "an error",
    () => {
      throw new TypeError(`not ${password}`);
    },
    'create failed type=Queue name=main preview=true ms=0 error=unexpected message="not [secret]"',
  ],
])("a call that ends with %s is a stage without the secrets of its request", async (_, handler, end) => {
  expect(await linesOf(handler)).toEqual(["create begin type=Queue name=main preview=true", end]);
});

it("is the handler itself when nobody reads the trace", () => {
  const handler: Handler<CreateRequest, string> = () => ({ response: "done" });
  expect(tracedHandler("create", handler, noTrace)).toBe(handler);
});
