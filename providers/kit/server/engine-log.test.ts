import { expect, it } from "vitest";
import { systemClock } from "../../../contract/clock.js";
import { engineLog } from "./engine-log.js";
import { emptyPb, engineGrpc, type enginePb, grpc } from "./protocol.js";

it("says a warning beside its resource, and lives with an engine that is gone", async () => {
  const heard: unknown[] = [];
  const server = new grpc.Server();
  type LogCall = { readonly request: InstanceType<typeof enginePb.LogRequest> };
  const hear = (
    { request }: LogCall,
    done: (error: null, response: InstanceType<typeof emptyPb.Empty>) => void,
  ): void => {
    heard.push([request.getSeverity(), request.getUrn(), request.getMessage()]);
    done(null, new emptyPb.Empty());
  };
  server.addService({ log: engineGrpc.EngineService.log }, { log: hear });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const log = engineLog(`127.0.0.1:${port}`, systemClock);
  await log("warning", "kept", "urn:a");
  await log("info", "of nobody");
  expect(heard).toEqual([
    [2, "urn:a", "kept"],
    [1, "", "of nobody"],
  ]);
  server.forceShutdown();
  await log("warning", "not heard", "urn:a");
});
