import { configValues, diffConfig } from "../resource/config-values.js";
import type { Provider, ProviderContext } from "../resource/provider.js";
import { type CheckFailure, checkProperties } from "../schema/check-properties.js";
import { type Properties, secretStrings } from "../schema/property-value.js";
import { failureMessages, grpcErrorOfFailures } from "./grpc-error.js";
import type { Handler } from "./grpc-handler.js";
import { providerPb, readProperties, writeProperties } from "./protocol.js";
import type { ProviderSessions } from "./provider-session.js";

type CheckRequest = InstanceType<typeof providerPb.CheckRequest>;
type CheckResponse = InstanceType<typeof providerPb.CheckResponse>;
type DiffRequest = InstanceType<typeof providerPb.DiffRequest>;
type DiffResponse = InstanceType<typeof providerPb.DiffResponse>;
type ConfigureRequest = InstanceType<typeof providerPb.ConfigureRequest>;
type ConfigureResponse = InstanceType<typeof providerPb.ConfigureResponse>;

/** The calls about the provider's own configuration. */
export function configHandlers<Api>(
  provider: Provider<Api>,
  context: ProviderContext,
  sessions: ProviderSessions<Api>,
) {
  const check = (properties: Properties): readonly CheckFailure[] => {
    const config = configValues(provider.config, properties.values);
    const failures = checkProperties(provider.config, config);
    return failures.length > 0 ? failures : provider.checkConfig(config, context);
  };

  const checkConfig: Handler<CheckRequest, CheckResponse> = (request) => {
    const news = readProperties(request.getNews());
    const secrets = new Set(news.secrets);
    for (const [name, { secret }] of Object.entries(provider.config))
      if (secret && name in news.values) secrets.add(name);
    const response = new providerPb.CheckResponse();
    response.setInputs(writeProperties({ values: news.values, secrets }));
    response.setFailuresList(failureMessages(check(news), secretStrings({ values: news.values, secrets })));
    return { response };
  };

  const diff: Handler<DiffRequest, DiffResponse> = (request) => {
    // Old engines send the old inputs as the old state.
    const olds = configValues(provider.config, readProperties(request.getOldInputs() ?? request.getOlds()).values);
    const properties = readProperties(request.getNews());
    const news = configValues(provider.config, properties.values);
    const { changed, refused } = diffConfig(provider.config, olds, news);
    if (refused.length > 0)
      return {
        status: grpcErrorOfFailures("the provider's configuration cannot change", refused, secretStrings(properties)),
      };
    const response = new providerPb.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
    // Never a replacement: replacing a provider replaces every resource it has.
    response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList([...changed]);
    return { response };
  };

  const configure: Handler<ConfigureRequest, ConfigureResponse> = (request, { peer }) => {
    const properties = readProperties(request.getArgs());
    const failures = check(properties);
    if (failures.length > 0) {
      const secrets = secretStrings(properties);
      return { status: grpcErrorOfFailures("the provider's configuration is wrong", failures, secrets) };
    }
    sessions.configure(peer, configValues(provider.config, properties.values));
    const response = new providerPb.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setAcceptresources(true);
    response.setAcceptoutputs(true);
    response.setSupportsAutonamingConfiguration(true);
    return { response };
  };

  return { checkConfig, diffConfig: diff, configure };
}
