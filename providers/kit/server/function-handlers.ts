import { PlantonError } from "../../../contract/planton-error.js";
import type { Provider } from "../resource/provider.js";
import { checkProperties } from "../schema/check-properties.js";
import { containsUnknown, definedValues, secretStrings } from "../schema/property-value.js";
import { failureMessages } from "./grpc-error.js";
import type { Handler } from "./grpc-handler.js";
import { providerPb, readProperties, writeProperties } from "./protocol.js";
import type { ProviderSessions } from "./provider-session.js";

type InvokeRequest = InstanceType<typeof providerPb.InvokeRequest>;
type InvokeResponse = InstanceType<typeof providerPb.InvokeResponse>;

/** The calls of functions. */
export function functionHandlers<Api>(provider: Provider<Api>, sessions: ProviderSessions<Api>) {
  const functions = new Map(provider.functions.map((declared) => [declared.token, declared]));

  const invoke: Handler<InvokeRequest, InvokeResponse> = async (request, { peer, abandoned }) => {
    const declared = functions.get(request.getTok());
    if (declared === undefined) {
      const known = [...functions.keys()].map((token) => `"${token}"`).join(", ");
      const message = `this plugin has no function "${request.getTok()}"; it has ${known}`;
      throw new PlantonError({ code: "E_PLUGIN", message });
    }
    const { values, secrets } = readProperties(request.getArgs());
    const response = new providerPb.InvokeResponse();
    const failures = checkProperties(declared.inputs, values);
    const all = failures.length > 0 ? failures : declared.check(values);
    if (all.length > 0) {
      response.setFailuresList(failureMessages(all, secretStrings({ values, secrets })));
      return { response };
    }
    if (Object.values(values).some(containsUnknown)) {
      throw new PlantonError({ code: "E_PLUGIN", message: `an argument of "${declared.token}" is not known yet` });
    }
    const outputs = definedValues(await declared.invoke(values, { api: sessions.of(peer).api(), abandoned }));
    const secretNames = Object.keys(declared.outputs).filter(
      (name) => declared.outputs[name]?.secret && name in outputs,
    );
    const repeated = [...secrets].filter((name) => name in outputs);
    response.setReturn(writeProperties({ values: outputs, secrets: new Set([...secretNames, ...repeated]) }));
    return { response };
  };

  return { invoke };
}
