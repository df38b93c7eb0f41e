import { type ServerUnaryCall, type sendUnaryData, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import { socketOwners } from "../../../contract/loopback/socket-owner.js";
import { messageOf } from "../../../contract/planton-error.js";
import { printableLines } from "../../../contract/text/printable.js";
import type { RunRequest } from "../run-request.js";
import { refusedAddress } from "./engine-addresses.js";

/** A plugin that a program needs. */
export interface RequiredPlugin {
  readonly name: string;
  readonly version: string;
}

/** What the language service is made of. */
interface LanguageServiceParts {
  readonly version: string;
  /** By the arguments of this process; "" when they name none. */
  readonly engineAddress: string;
  /** Plugins of the programs of a project folder. */
  readonly requiredPlugins: (rootDirectory: string) => Promise<readonly RequiredPlugin[]>;
  /** Runs the program; false when it failed and the reason was already shown. */
  readonly run: (request: RunRequest) => Promise<boolean>;
}

type Call<Request> = ServerUnaryCall<Request, unknown>;

/** Pulumi's LanguageRuntime service for `runtime: planton`: what CLI 3.259 calls, nothing else. */
export function languageService(parts: LanguageServiceParts): UntypedServiceImplementation {
  return {
    handshake: (_call: unknown, reply: sendUnaryData<unknown>) => reply(null, new language.LanguageHandshakeResponse()),
    about: (_call: unknown, reply: sendUnaryData<unknown>) => {
      const response = new language.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(parts.version);
      reply(null, response);
    },
    getPluginInfo: (_call: unknown, reply: sendUnaryData<unknown>) => {
      const info = new plugin.PluginInfo();
      info.setVersion(parts.version);
      reply(null, info);
    },
    getRequiredPackages: (
      call: Call<InstanceType<typeof language.GetRequiredPackagesRequest>>,
      reply: sendUnaryData<unknown>,
    ) => {
      parts.requiredPlugins(call.request.getInfo()?.getRootDirectory() ?? "").then(
        (plugins) => reply(null, requiredPackages(plugins)),
        (error: unknown) => reply(new Error(printableLines(messageOf(error)))),
      );
    },
    getProgramDependencies: (_call: unknown, reply: sendUnaryData<unknown>) =>
      reply(null, new language.GetProgramDependenciesResponse()),
    installDependencies: (call: { end(): void }) => call.end(),
    cancel: (_call: unknown, reply: sendUnaryData<unknown>) => reply(null, new Empty()),
    run: (call: Call<InstanceType<typeof language.RunRequest>>, reply: sendUnaryData<unknown>) => {
      const refused = refusedAddress(
        { monitor: call.request.getMonitorAddress(), engine: call.request.getArgsList()[0] },
        { startedBy: parts.engineAddress, owners: socketOwners(), uid: process.geteuid?.() },
      );
      if (refused !== undefined) {
        reply({ code: status.PERMISSION_DENIED, details: printableLines(refused) });
        return;
      }
      const response = new language.RunResponse();
      parts.run(runRequest(call.request, parts.engineAddress)).then(
        (succeeded) => {
          response.setBail(!succeeded);
          reply(null, response);
        },
        (error: unknown) => {
          response.setError(printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)));
          reply(null, response);
        },
      );
    },
  };
}

function requiredPackages(plugins: readonly RequiredPlugin[]): unknown {
  const response = new language.GetRequiredPackagesResponse();
  for (const { name, version } of plugins) {
    const dependency = new plugin.PackageDependency();
    dependency.setKind("resource");
    dependency.setName(name);
    dependency.setVersion(`v${version}`);
    response.addPackages(dependency);
  }
  return response;
}

function runRequest(request: InstanceType<typeof language.RunRequest>, engineAddress: string): RunRequest {
  const config = new Map<string, string>();
  request.getConfigMap().forEach((value, key) => {
    config.set(key, value);
  });
  return {
    project: request.getProject(),
    stack: request.getStack(),
    organization: request.getOrganization(),
    rootDirectory: request.getInfo()?.getRootDirectory() ?? request.getPwd(),
    config,
    configSecretKeys: request.getConfigsecretkeysList(),
    dryRun: request.getDryrun(),
    parallel: request.getParallel(),
    monitorAddress: request.getMonitorAddress(),
    engineAddress: request.getArgsList()[0] ?? engineAddress,
  };
}
