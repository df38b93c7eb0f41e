import { PlantonError } from "../../../contract/planton-error.js";
import { parseUrn } from "../base/resource-urn.js";
import { ignoredTimeoutWarning } from "../resource/ignored-timeout.js";
import type { Provider, ProviderContext } from "../resource/provider.js";
import type { Resource, ResourceCall, ResourceResult } from "../resource/resource.js";
import * as operations from "../resource/resource-operations.js";
import type { AutonamingMode, NameSource } from "../schema/autoname.js";
import type { PropertyDifference } from "../schema/diff-properties.js";
import { type Properties, type PropertyMap, secretStrings } from "../schema/property-value.js";
import { failureMessages, grpcErrorOfFailures, grpcErrorOfUnfinished } from "./grpc-error.js";
import type { CallContext, Handler, HandlerResult } from "./grpc-handler.js";
import { emptyPb, providerPb, readProperties, writeProperties } from "./protocol.js";
import type { ProviderSessions } from "./provider-session.js";

type CheckRequest = InstanceType<typeof providerPb.CheckRequest>;
type CheckResponse = InstanceType<typeof providerPb.CheckResponse>;
type DiffRequest = InstanceType<typeof providerPb.DiffRequest>;
type DiffResponse = InstanceType<typeof providerPb.DiffResponse>;
type CreateRequest = InstanceType<typeof providerPb.CreateRequest>;
type CreateResponse = InstanceType<typeof providerPb.CreateResponse>;
type ReadRequest = InstanceType<typeof providerPb.ReadRequest>;
type ReadResponse = InstanceType<typeof providerPb.ReadResponse>;
type UpdateRequest = InstanceType<typeof providerPb.UpdateRequest>;
type UpdateResponse = InstanceType<typeof providerPb.UpdateResponse>;
type DeleteRequest = InstanceType<typeof providerPb.DeleteRequest>;
type Empty = InstanceType<typeof emptyPb.Empty>;

const { PropertyDiff } = providerPb;

const diffKinds = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function nameSource(request: CheckRequest): NameSource {
  const logicalName = request.getName() || parseUrn(request.getUrn()).name;
  const randomSeed = request.getRandomseed_asU8();
  const autonaming = request.getAutonaming();
  if (autonaming === undefined) return { logicalName, randomSeed };
  const { ENFORCE, DISABLE } = providerPb.CheckRequest.AutonamingOptions.Mode;
  const modes = new Map<number, AutonamingMode>([
    [ENFORCE, "enforce"],
    [DISABLE, "disable"],
  ]);
  const mode = modes.get(autonaming.getMode()) ?? "propose";
  return { logicalName, randomSeed, proposal: { mode, name: autonaming.getProposedName() } };
}

function diffMessage(differences: readonly PropertyDifference[], deleteBeforeReplace: boolean): DiffResponse {
  const response = new providerPb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  response.setChanges(differences.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setDiffsList([...new Set(differences.map(({ property }) => property))]);
  response.setReplacesList([...new Set(differences.filter(({ replace }) => replace).map(({ property }) => property))]);
  for (const { path, kind, replace } of differences) {
    const detail = new PropertyDiff();
    detail.setKind(diffKinds[kind][replace ? 1 : 0]);
    response.getDetaileddiffMap().set(path, detail);
  }
  return response;
}

/** The calls about resources. */
export function resourceHandlers<Api>(
  provider: Provider<Api>,
  context: ProviderContext,
  sessions: ProviderSessions<Api>,
) {
  const resources = new Map(provider.resources.map((resource) => [resource.type, resource]));

  const resourceOf = (request: { getUrn(): string; getType(): string }): Resource<Api> => {
    const type = request.getType() || parseUrn(request.getUrn()).type;
    const resource = resources.get(type);
    if (resource !== undefined) return resource;
    const known = [...resources.keys()].map((token) => `"${token}"`).join(", ");
    throw new PlantonError({ code: "E_PLUGIN", message: `this plugin has no resource "${type}"; it has ${known}` });
  };

  const callOf = (
    request: { getUrn(): string; getTimeout(): number },
    { peer, abandoned }: CallContext,
  ): ResourceCall<Api> => {
    const session = sessions.of(peer);
    return {
      api: session.api(),
      clock: context.clock,
      urn: request.getUrn(),
      timeoutMs: request.getTimeout() > 0 ? request.getTimeout() * 1000 : undefined,
      cancelled: session.cancellation.signal,
      abandoned,
    };
  };

  const warnOfTimeout = async (
    resource: Resource<Api>,
    operation: "create" | "update",
    request: { getUrn(): string; getTimeout(): number },
  ): Promise<void> => {
    const warning = ignoredTimeoutWarning(resource, operation, request.getTimeout());
    if (warning !== undefined) await context.warn?.(request.getUrn(), warning);
  };

  const unfinishedOr = <Response>(
    resource: Resource<Api>,
    result: ResourceResult<PropertyMap>,
    inputs: Properties,
    response: (state: Properties) => Response,
  ): HandlerResult<Response> => {
    const state = operations.stateProperties(resource, result.state, inputs.secrets);
    if (result.incomplete === undefined) return { response: response(state) };
    const { id, incomplete: reasons, refreshBeforeUpdate = false } = result;
    return { status: grpcErrorOfUnfinished({ id, state, inputs, reasons, refreshBeforeUpdate }) };
  };

  const check: Handler<CheckRequest, CheckResponse> = (request, { peer }) => {
    const sides = { olds: readProperties(request.getOlds()), news: readProperties(request.getNews()) };
    // A check of what is to replace something comes without the old inputs, after one that came with them.
    if (Object.keys(sides.olds.values).length > 0) sessions.stateOf(peer)?.note(request.getUrn());
    const source = { ...nameSource(request), clock: context.clock };
    const { inputs, failures } = operations.checkInputs(resourceOf(request), sides, source);
    const response = new providerPb.CheckResponse();
    response.setInputs(writeProperties(inputs));
    response.setFailuresList(failureMessages(failures, secretStrings(inputs)));
    return { response };
  };

  const diff: Handler<DiffRequest, DiffResponse> = (request, { peer }) => {
    sessions.stateOf(peer)?.note(request.getUrn(), request.getId());
    const resource = resourceOf(request);
    const oldInputs = request.getOldInputs();
    const state = readProperties(request.getOlds()).values;
    resource.noteLive?.(request.getId(), state);
    const news = readProperties(request.getNews());
    const { differences, deleteBeforeReplace, refused } = operations.diffResource(resource, {
      state,
      inputs: news.values,
      oldInputs: oldInputs && readProperties(oldInputs).values,
      ignoreChanges: request.getIgnorechangesList(),
    });
    if (refused.length > 0)
      return { status: grpcErrorOfFailures("the change cannot be made", refused, secretStrings(news)) };
    return { response: diffMessage(differences, deleteBeforeReplace) };
  };

  const create: Handler<CreateRequest, CreateResponse> = async (request, rpc) => {
    const resource = resourceOf(request);
    await warnOfTimeout(resource, "create", request);
    const inputs = readProperties(request.getProperties());
    const response = (id: string) => (state: Properties) => {
      const message = new providerPb.CreateResponse();
      message.setId(id);
      message.setProperties(writeProperties(state));
      return message;
    };
    if (request.getPreview()) {
      const state = operations.previewState(resource, { inputs: inputs.values });
      return { response: response("")(operations.stateProperties(resource, state, inputs.secrets)) };
    }
    const replaced = sessions.stateOf(rpc.peer)?.of(request.getUrn());
    const call = { ...callOf(request, rpc), replaced, inputs: inputs.values };
    const result = await operations.createResource(resource, call);
    return unfinishedOr(resource, result, inputs, response(result.id));
  };

  const update: Handler<UpdateRequest, UpdateResponse> = async (request, rpc) => {
    const resource = resourceOf(request);
    await warnOfTimeout(resource, "update", request);
    const inputs = readProperties(request.getNews());
    const state = readProperties(request.getOlds()).values;
    const ignoreChanges = request.getIgnorechangesList();
    const response = (properties: Properties) => {
      const message = new providerPb.UpdateResponse();
      message.setProperties(writeProperties(properties));
      return message;
    };
    if (request.getPreview()) {
      const preview = operations.previewState(resource, { inputs: inputs.values, state, ignoreChanges });
      return { response: response(operations.stateProperties(resource, preview, inputs.secrets)) };
    }
    const call = { ...callOf(request, rpc), id: request.getId(), inputs: inputs.values, state };
    return unfinishedOr(resource, await operations.updateResource(resource, call, ignoreChanges), inputs, response);
  };

  const read: Handler<ReadRequest, ReadResponse> = async (request, rpc) => {
    const resource = resourceOf(request);
    const olds = readProperties(request.getProperties());
    const oldInputs = readProperties(request.getInputs());
    const importing = Object.keys(olds.values).length === 0;
    const call = { ...callOf(request, rpc), id: request.getId(), state: olds.values, importing };
    const result = await resource.read(call);
    const message = new providerPb.ReadResponse();
    if (result === undefined) return { response: message };
    const hadInputs = Object.keys(oldInputs.values).length > 0;
    const values = operations.inputsOfState(resource, result.state, hadInputs ? oldInputs.values : undefined);
    const secrets = new Set([...olds.secrets, ...oldInputs.secrets]);
    const inputs = operations.stateProperties(resource, values, secrets);
    return unfinishedOr(resource, result, { values: inputs.values, secrets }, (state) => {
      message.setId(result.id);
      message.setProperties(writeProperties(state));
      message.setInputs(writeProperties(inputs));
      return message;
    });
  };

  const remove: Handler<DeleteRequest, Empty> = async (request, rpc) => {
    const state = readProperties(request.getProperties()).values;
    const inputs = readProperties(request.getOldInputs()).values;
    await resourceOf(request).delete({ ...callOf(request, rpc), id: request.getId(), state, inputs });
    return { response: new emptyPb.Empty() };
  };

  return { check, diff, create, update, read, delete: remove };
}
