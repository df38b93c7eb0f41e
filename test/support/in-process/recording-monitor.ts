import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resource from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";

/** A whole RegisterResource request as plain data; inputs under `object`, as they went over the wire. */
export type Registration = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

/** A message that the program showed through the engine. */
export interface LoggedMessage {
  readonly severity: "debug" | "info" | "warning" | "error";
  readonly text: string;
}

/** What resources and functions give back beside their inputs, by type token or function token. */
export type RecordedResponses = Readonly<Record<string, Readonly<Record<string, JavaScriptValue>>>>;

/** A resource monitor and engine that keep what they are asked and make nothing. */
export interface RecordingMonitor {
  /** "127.0.0.1:port", for both the monitor's and the engine's address. */
  readonly address: string;
  /** Requests in the order they came, the stack itself left out. */
  readonly registrations: readonly Registration[];
  readonly messages: readonly LoggedMessage[];
  /** Values that the stack registered as its outputs; secrets in their wire form. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Lets every registration of resources that are no providers fail, until the next clear(). */
  refuse(): void;
  /** Forgets everything recorded. */
  clear(): void;
  stop(): void;
}

const features = new Set(["secrets", "resourceReferences", "outputValues", "aliasSpecs", "deletedWith", "replaceWith"]);
const stackType = "pulumi:pulumi:Stack";
/** Parts of a request that say where in the source it was made. */
const sourceParts = ["sourceposition", "stacktrace", "parentstacktracehandle"];

type Unary<Request> = (call: ServerUnaryCall<Request, unknown>, reply: sendUnaryData<unknown>) => void;

/** Starts a recording monitor on a free loopback port. */
export async function startRecordingMonitor(responses: RecordedResponses): Promise<RecordingMonitor> {
  const record = {
    registrations: [] as Registration[],
    messages: [] as LoggedMessage[],
    outputs: {} as Record<string, unknown>,
    isRefusing: false,
  };
  const server = new Server();
  server.addService(ResourceMonitorService, monitorService(responses, record));
  server.addService(EngineService, engineService(record));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    get registrations() {
      return record.registrations;
    },
    get messages() {
      return record.messages;
    },
    get outputs() {
      return record.outputs;
    },
    refuse: () => Object.assign(record, { isRefusing: true }),
    clear: () => Object.assign(record, { registrations: [], messages: [], outputs: {}, isRefusing: false }),
    stop: () => server.forceShutdown(),
  };
}

interface Recorded {
  registrations: Registration[];
  messages: LoggedMessage[];
  outputs: Record<string, unknown>;
  isRefusing: boolean;
}

function monitorService(responses: RecordedResponses, record: Recorded): UntypedServiceImplementation {
  const supportsFeature: Unary<InstanceType<typeof resource.SupportsFeatureRequest>> = ({ request }, reply) => {
    const response = new resource.SupportsFeatureResponse();
    response.setHassupport(features.has(request.getId()));
    reply(null, response);
  };
  const registerResource: Unary<InstanceType<typeof resource.RegisterResourceRequest>> = ({ request }, reply) => {
    const inputs = request.getObject()?.toJavaScript() ?? {};
    const isResource = request.getType() !== stackType && !request.getType().startsWith("pulumi:providers:");
    if (record.isRefusing && isResource) return reply({ code: status.UNKNOWN, details: "the vendor has refused it" });
    if (request.getType() !== stackType) record.registrations.push(registrationOf(request, inputs));
    const response = new resource.RegisterResourceResponse();
    response.setUrn(`urn:pulumi:recorded::recorded::${request.getType()}::${request.getName()}`);
    if (request.getCustom()) response.setId(`${request.getName()}-id`);
    response.setObject(struct.Struct.fromJavaScript({ ...inputs, ...responses[request.getType()] }));
    reply(null, response);
  };
  const registerResourceOutputs: Unary<InstanceType<typeof resource.RegisterResourceOutputsRequest>> = (
    { request },
    reply,
  ) => {
    if (request.getUrn().includes(stackType)) record.outputs = request.getOutputs()?.toJavaScript() ?? {};
    reply(null, new empty.Empty());
  };
  const invoke: Unary<InstanceType<typeof resource.ResourceInvokeRequest>> = ({ request }, reply) => {
    const response = new provider.InvokeResponse();
    response.setReturn(
      struct.Struct.fromJavaScript({ ...request.getArgs()?.toJavaScript(), ...responses[request.getTok()] }),
    );
    reply(null, response);
  };
  const notAsked: Unary<unknown> = (_call, reply) => reply(new Error("the recording monitor does not serve this call"));
  return {
    supportsFeature,
    registerResource,
    registerResourceOutputs,
    invoke,
    signalAndWaitForShutdown: (_call: unknown, reply: sendUnaryData<unknown>) => reply(null, new empty.Empty()),
    call: notAsked,
    readResource: notAsked,
    registerStackTransform: notAsked,
    registerStackInvokeTransform: notAsked,
    registerResourceHook: notAsked,
    registerErrorHook: notAsked,
    registerPackage: notAsked,
    getDeploymentInfo: notAsked,
  };
}

function registrationOf(request: InstanceType<typeof resource.RegisterResourceRequest>, inputs: object): Registration {
  const whole = Object.entries(request.toObject()).filter(([key]) => !sourceParts.includes(key));
  return { ...Object.fromEntries(whole), object: inputs, type: request.getType(), name: request.getName() };
}

function engineService(record: Recorded): UntypedServiceImplementation {
  const severities = ["debug", "info", "warning", "error"] as const;
  let rootUrn = "";
  const log: Unary<InstanceType<typeof engine.LogRequest>> = ({ request }, reply) => {
    record.messages.push({ severity: severities[request.getSeverity()] ?? "error", text: request.getMessage() });
    reply(null, new empty.Empty());
  };
  const getRootResource: Unary<unknown> = (_call, reply) => {
    const response = new engine.GetRootResourceResponse();
    response.setUrn(rootUrn);
    reply(null, response);
  };
  const setRootResource: Unary<InstanceType<typeof engine.SetRootResourceRequest>> = ({ request }, reply) => {
    rootUrn = request.getUrn();
    reply(null, new engine.SetRootResourceResponse());
  };
  return {
    log,
    getRootResource,
    setRootResource,
    startDebugging: (_call: unknown, reply: sendUnaryData<unknown>) => reply(null, new empty.Empty()),
    requirePulumiVersion: (_call: unknown, reply: sendUnaryData<unknown>) =>
      reply(null, new engine.RequirePulumiVersionResponse()),
  };
}
