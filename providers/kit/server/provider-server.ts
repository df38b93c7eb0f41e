import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { ownUserServer } from "../../../contract/loopback/own-user-server.js";
import { messageOf, PlantonError } from "../../../contract/planton-error.js";
import { noTrace } from "../../../contract/trace.js";
import { packageSchema } from "../resource/package-schema.js";
import type { Provider, ProviderContext } from "../resource/provider.js";
import { configHandlers } from "./config-handlers.js";
import { functionHandlers } from "./function-handlers.js";
import { type Handler, unary } from "./grpc-handler.js";
import { emptyPb, pluginPb, providerGrpc, providerPb } from "./protocol.js";
import { createSessions, type ProviderSessions } from "./provider-session.js";
import { resourceHandlers } from "./resource-handlers.js";
import { createRunningCalls, type RunningCalls } from "./running-calls.js";
import { tracedHandler } from "./traced-handler.js";

/** A provider that serves calls. */
export interface ProviderServer {
  /** On the loopback address. */
  readonly port: number;
  /** Cancels what is under way and ends when no call is running any more. */
  drain(): Promise<void>;
  /** Hangs up on everybody and abandons what is under way. */
  stop(): void;
}

type Empty = InstanceType<typeof emptyPb.Empty>;

// The engine's own limit for a message (pulumi/pulumi sdk/go/common/util/rpcutil, 3.259).
const maxMessageBytes = 400 * 1024 * 1024;

function pluginHandlers<Api>(provider: Provider<Api>, sessions: ProviderSessions<Api>) {
  const handshake: Handler<
    InstanceType<typeof providerPb.ProviderHandshakeRequest>,
    InstanceType<typeof providerPb.ProviderHandshakeResponse>
  > = () => {
    const response = new providerPb.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setAcceptResources(true);
    response.setAcceptOutputs(true);
    response.setSupportsAutonamingConfiguration(true);
    return { response };
  };
  const getSchema: Handler<
    InstanceType<typeof providerPb.GetSchemaRequest>,
    InstanceType<typeof providerPb.GetSchemaResponse>
  > = () => {
    const response = new providerPb.GetSchemaResponse();
    response.setSchema(packageSchema(provider));
    return { response };
  };
  const getPluginInfo: Handler<Empty, InstanceType<typeof pluginPb.PluginInfo>> = () => {
    const response = new pluginPb.PluginInfo();
    response.setVersion(provider.version);
    return { response };
  };
  const attach: Handler<InstanceType<typeof pluginPb.PluginAttach>, Empty> = () => ({ response: new emptyPb.Empty() });
  const cancel: Handler<Empty, Empty> = (_request, { peer }) => {
    sessions.cancel(peer);
    return { response: new emptyPb.Empty() };
  };
  return { handshake, getSchema, getPluginInfo, attach, cancel };
}

interface ServiceParts<Api> {
  readonly provider: Provider<Api>;
  readonly context: ProviderContext;
  readonly sessions: ProviderSessions<Api>;
}

function service<Api>({ provider, context, sessions }: ServiceParts<Api>, calls: RunningCalls) {
  const plugin = pluginHandlers(provider, sessions);
  const config = configHandlers(provider, context, sessions);
  const functions = functionHandlers(provider, sessions);
  const resources = resourceHandlers(provider, context, sessions);
  const serve = <Request, Response>(name: string, handler: Handler<Request, Response>) =>
    unary(tracedHandler(name, handler, context.trace ?? noTrace), calls);
  return {
    handshake: unary(plugin.handshake, calls),
    getSchema: unary(plugin.getSchema, calls),
    getPluginInfo: unary(plugin.getPluginInfo, calls),
    attach: unary(plugin.attach, calls),
    cancel: unary(plugin.cancel, calls),
    checkConfig: unary(config.checkConfig, calls),
    diffConfig: unary(config.diffConfig, calls),
    configure: serve("configure", config.configure),
    invoke: serve("invoke", functions.invoke),
    check: serve("check", resources.check),
    diff: serve("diff", resources.diff),
    create: serve("create", resources.create),
    update: serve("update", resources.update),
    read: serve("read", resources.read),
    delete: serve("delete", resources.delete),
  } satisfies UntypedServiceImplementation;
}

/** Serves a provider on a free loopback port, to its own user alone. Throws E_PLUGIN when no port can be had. */
export async function startProviderServer<Api>(
  provider: Provider<Api>,
  context: ProviderContext,
): Promise<ProviderServer> {
  const calls = createRunningCalls();
  const { server, listen, close } = ownUserServer({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  const sessions = createSessions(provider, context);
  const handlers = service({ provider, context, sessions }, calls);
  server.addService(providerGrpc.ResourceProviderService, handlers);
  const port = await listen().catch((cause: unknown) => {
    throw new PlantonError({ code: "E_PLUGIN", message: `cannot listen on 127.0.0.1: ${messageOf(cause)}`, cause });
  });
  return {
    port,
    drain() {
      sessions.cancelAll();
      return calls.idle();
    },
    stop() {
      calls.stop();
      close();
      server.forceShutdown();
    },
  };
}
