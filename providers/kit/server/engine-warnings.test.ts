import { expect, it } from "vitest";
import { systemClock } from "../../../contract/clock.js";
import { engineWarnings } from "./engine-warnings.js";
import { emptyPb, engineGrpc, type enginePb, grpc } from "./protocol.js";

it("says a warning beside its resource, and lives with an engine that is gone", async () => {
  const heard: unknown[] = [];
  const server = new grpc.Server();
  type LogCall = { readonly request: InstanceType<typeof enginePb.LogRequest> };
  const log = (
    { request }: LogCall,
    done: (error: null, response: InstanceType<typeof emptyPb.Empty>) => void,
  ): void => {
    heard.push([request.getSeverity(), request.getUrn(), request.getMessage()]);
    done(null, new emptyPb.Empty());
  };
  server.addService({ log: engineGrpc.EngineService.log }, { log });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const warn = engineWarnings(`127.0.0.1:${port}`, systemClock);
  await warn("urn:a", "kept");
  expect(heard).toEqual([[2, "urn:a", "kept"]]);
  server.forceShutdown();
  await warn("urn:a", "not heard");
});
