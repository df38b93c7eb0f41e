import type { ServiceError } from "@grpc/grpc-js";
import { noProperties, type Properties, type PropertyMap } from "../schema/property-value.js";
import {
  anyPb,
  emptyPb,
  grpc,
  providerGrpc,
  providerPb,
  readProperties,
  statusPb,
  writeProperties,
} from "../server/protocol.js";

/** Properties without secrets. */
export function plain(values: PropertyMap): Properties {
  return { values, secrets: new Set() };
}

/** A resource in a call. */
export interface TestTarget {
  readonly type: string;
  readonly name?: string;
}

/** An error of a call; `unfinished` is there when the resource is kept with init errors. */
export class TestCallError extends Error {
  readonly code: number;
  readonly unfinished: { id: string; state: Properties; inputs: Properties; reasons: string[] } | undefined;

  constructor(error: ServiceError) {
    super(error.details);
    this.code = error.code;
    this.unfinished = unfinishedOf(error);
  }
}

function unfinishedOf(error: ServiceError): TestCallError["unfinished"] {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!(bytes instanceof Buffer)) return undefined;
  const [detail] = statusPb.Status.deserializeBinary(bytes).getDetailsList();
  if (!(detail instanceof anyPb.Any)) return undefined;
  const failed = providerPb.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return {
    id: failed.getId(),
    state: readProperties(failed.getProperties()),
    inputs: readProperties(failed.getInputs()),
    reasons: failed.getReasonsList(),
  };
}

function urnOf({ type, name = "main" }: TestTarget): string {
  return `urn:pulumi:dev::test::${type}::${name}`;
}

/** Drives a plugin as the engine does. */
export function createTestClient(port: number) {
  const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    // A connection of its own, as each provider instance of an engine has.
    "grpc.use_local_subchannel_pool": 1,
  });

  const ask = <Response>(
    run: (done: (error: ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      run((error, response) => (error === null ? resolve(response) : reject(new TestCallError(error))));
    });

  const fill = <
    Request extends { setUrn(urn: string): unknown; setType(type: string): unknown; setName(name: string): unknown },
  >(
    request: Request,
    target: TestTarget,
  ): Request => {
    request.setUrn(urnOf(target));
    request.setType(target.type);
    request.setName(target.name ?? "main");
    return request;
  };

  return {
    close: () => client.close(),
    cancel: () => ask((done) => client.cancel(new emptyPb.Empty(), done)),
    async version() {
      return (
        await ask<InstanceType<typeof import("@pulumi/pulumi/proto/plugin_pb.js").PluginInfo>>((done) =>
          client.getPluginInfo(new emptyPb.Empty(), done),
        )
      ).getVersion();
    },
    async schema(): Promise<string> {
      const request = new providerPb.GetSchemaRequest();
      return (
        await ask<InstanceType<typeof providerPb.GetSchemaResponse>>((done) => client.getSchema(request, done))
      ).getSchema();
    },
    handshake: () =>
      ask<InstanceType<typeof providerPb.ProviderHandshakeResponse>>((done) =>
        client.handshake(new providerPb.ProviderHandshakeRequest(), done),
      ),
    async checkConfig(news: Properties) {
      const request = new providerPb.CheckRequest();
      request.setNews(writeProperties(news));
      const response = await ask<InstanceType<typeof providerPb.CheckResponse>>((done) =>
        client.checkConfig(request, done),
      );
      return {
        inputs: readProperties(response.getInputs()),
        failures: response.getFailuresList().map((failure) => failure.toObject()),
      };
    },
    async diffConfig(olds: Properties, news: Properties) {
      const request = new providerPb.DiffRequest();
      request.setOldInputs(writeProperties(olds));
      request.setNews(writeProperties(news));
      const response = await ask<InstanceType<typeof providerPb.DiffResponse>>((done) =>
        client.diffConfig(request, done),
      );
      return { diffs: response.getDiffsList(), replaces: response.getReplacesList() };
    },
    async configure(args: Properties) {
      const request = new providerPb.ConfigureRequest();
      request.setArgs(writeProperties(args));
      await ask((done) => client.configure(request, done));
    },
    async check(target: TestTarget, news: Properties, olds: Properties = noProperties) {
      const request = fill(new providerPb.CheckRequest(), target);
      request.setOlds(writeProperties(olds));
      request.setNews(writeProperties(news));
      request.setRandomseed(Buffer.from("seed"));
      const response = await ask<InstanceType<typeof providerPb.CheckResponse>>((done) => client.check(request, done));
      return {
        inputs: readProperties(response.getInputs()),
        failures: response.getFailuresList().map((failure) => failure.toObject()),
      };
    },
    async diff(
      target: TestTarget,
      sides: { id?: string; state: Properties; inputs: Properties; oldInputs?: Properties; ignoreChanges?: string[] },
    ) {
      const request = fill(new providerPb.DiffRequest(), target);
      request.setId(sides.id ?? "id");
      if (sides.oldInputs !== undefined) request.setOldInputs(writeProperties(sides.oldInputs));
      request.setOlds(writeProperties(sides.state));
      request.setNews(writeProperties(sides.inputs));
      request.setIgnorechangesList(sides.ignoreChanges ?? []);
      const response = await ask<InstanceType<typeof providerPb.DiffResponse>>((done) => client.diff(request, done));
      const { DIFF_NONE } = providerPb.DiffResponse.DiffChanges;
      return {
        none: response.getChanges() === DIFF_NONE,
        paths: response
          .getDetaileddiffMap()
          .getEntryList()
          .map(([path]) => path),
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    async create(target: TestTarget, inputs: Properties, options: { preview?: boolean; timeoutSeconds?: number } = {}) {
      const request = fill(new providerPb.CreateRequest(), target);
      request.setProperties(writeProperties(inputs));
      request.setPreview(options.preview ?? false);
      request.setTimeout(options.timeoutSeconds ?? 0);
      const response = await ask<InstanceType<typeof providerPb.CreateResponse>>((done) =>
        client.create(request, done),
      );
      return { id: response.getId(), state: readProperties(response.getProperties()) };
    },
    async update(
      target: TestTarget,
      sides: { id: string; state: Properties; inputs: Properties },
      preview = false,
      timeoutSeconds = 0,
    ) {
      const request = fill(new providerPb.UpdateRequest(), target);
      request.setId(sides.id);
      request.setOlds(writeProperties(sides.state));
      request.setNews(writeProperties(sides.inputs));
      request.setPreview(preview);
      request.setTimeout(timeoutSeconds);
      const response = await ask<InstanceType<typeof providerPb.UpdateResponse>>((done) =>
        client.update(request, done),
      );
      return readProperties(response.getProperties());
    },
    async read(target: TestTarget, id: string, known: { state?: Properties; inputs?: Properties } = {}) {
      const request = fill(new providerPb.ReadRequest(), target);
      request.setId(id);
      request.setProperties(writeProperties(known.state ?? noProperties));
      request.setInputs(writeProperties(known.inputs ?? noProperties));
      const response = await ask<InstanceType<typeof providerPb.ReadResponse>>((done) => client.read(request, done));
      return {
        id: response.getId(),
        state: readProperties(response.getProperties()),
        inputs: readProperties(response.getInputs()),
      };
    },
    async delete(target: TestTarget, id: string, state: Properties, timeoutSeconds = 0, inputs = noProperties) {
      const request = fill(new providerPb.DeleteRequest(), target);
      request.setId(id);
      request.setProperties(writeProperties(state));
      request.setTimeout(timeoutSeconds);
      request.setOldInputs(writeProperties(inputs));
      await ask((done) => client.delete(request, done));
    },
    async invoke(token: string, args: PropertyMap) {
      const request = new providerPb.InvokeRequest();
      request.setTok(token);
      request.setArgs(writeProperties(plain(args)));
      const response = await ask<InstanceType<typeof providerPb.InvokeResponse>>((done) =>
        client.invoke(request, done),
      );
      return {
        result: readProperties(response.getReturn()),
        failures: response.getFailuresList().map((failure) => failure.toObject()),
      };
    },
  };
}

/** What {@link createTestClient} makes. */
export type TestClient = ReturnType<typeof createTestClient>;
