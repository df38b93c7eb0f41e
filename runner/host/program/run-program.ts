import { setTimeout as sleep } from "node:timers/promises";
import { isGrpcError, ResourceError, RunError } from "@pulumi/pulumi/errors.js";
import * as log from "@pulumi/pulumi/log/index.js";
import { setAllConfig } from "@pulumi/pulumi/runtime/config.js";
import * as sdkSettings from "@pulumi/pulumi/runtime/settings.js";
import { runInPulumiStack } from "@pulumi/pulumi/runtime/stack.js";
import * as sdkState from "@pulumi/pulumi/runtime/state.js";
import { isPlantonError, messageOf, PlantonError } from "../../../contract/planton-error.js";
import type { EngineLog, RunRequest } from "../run-request.js";
import { showError } from "../serve/engine-log.js";
import { dropDebugMessages } from "./keep-secret.js";

// Marked internal in the SDK, so its types leave them out; the SDK itself calls them in the same way.
const { withLocalStorage } = sdkState as unknown as {
  withLocalStorage<Result>(run: () => Promise<Result>): Promise<Result>;
};
const { waitForRPCs } = sdkSettings as unknown as { waitForRPCs(): Promise<void> };
const { disconnect, resetOptions } = sdkSettings;

/** How long a program that failed is waited for: what hangs on a failed registration never ends. */
const drainLimitMs = 2000;

/**
 * Runs a Pulumi program against the monitor of a Run request and waits for the engine to finish with it; after a failure
 * for two seconds at most, while the engine itself finishes and records what it has begun.
 * Gives false when it failed; the reason was then shown through the engine. `whenMade` is called when everything is
 * registered, before the engine deletes anything; what it throws lets the run fail.
 */
export function runProgram(
  request: RunRequest,
  engineLog: EngineLog,
  program: () => Promise<Record<string, unknown>>,
  whenMade: () => Promise<void> = async () => {},
): Promise<boolean> {
  dropDebugMessages();
  return withLocalStorage(async () => {
    resetOptions(
      request.project,
      request.stack,
      request.parallel,
      request.engineAddress,
      request.monitorAddress,
      request.dryRun,
      request.organization,
    );
    setAllConfig(Object.fromEntries(request.config), [...request.configSecretKeys]);
    const failures = new Set<unknown>();
    let fail = (): void => {};
    const failure = new Promise<void>((resolve) => {
      fail = resolve;
    });
    // An error inside an apply leaves its registration without an end, so the program must not be waited for then.
    const collect = (error: unknown): void => {
      failures.add(error);
      fail();
    };
    process.on("uncaughtException", collect);
    process.on("unhandledRejection", collect);
    let isDrained = false;
    const drain = async (): Promise<void> => {
      if (failures.size === 0) await waitForRPCs();
      if (failures.size === 0) await whenMade().catch(collect);
      await disconnect(failures.size === 0);
      isDrained = true;
    };
    try {
      await Promise.race([runInPulumiStack(program).catch(collect), failure]);
      await Promise.race([drain(), failure.then(() => sleep(drainLimitMs))]);
    } catch (error) {
      collect(error);
    } finally {
      // What was not drained may still fail; nobody is left to hear of it, and it must not end the process.
      if (isDrained) {
        process.off("uncaughtException", collect);
        process.off("unhandledRejection", collect);
      }
    }
    for (const error of failures) await showFailure(error, engineLog);
    return failures.size === 0 && !log.hasErrors();
  });
}

/** The SDK writes what it was doing before the message of an error that an input's apply threw. */
function withoutPrefix(error: PlantonError): PlantonError {
  const { code, hint, problems } = error;
  const message = error.message.replace(/^(error serializing property "[^"]*": )+/, "");
  return new PlantonError({ code, message, hint, problems, cause: error });
}

async function showFailure(failure: unknown, engineLog: EngineLog): Promise<void> {
  // The engine has shown what it refused itself; a gRPC error only repeats it.
  if (isGrpcError(failure instanceof Error ? failure : new Error(String(failure)))) return;
  if (isPlantonError(failure)) return showError(withoutPrefix(failure), engineLog);
  if (RunError.isInstance(failure) || ResourceError.isInstance(failure)) {
    return engineLog("error", messageOf(failure));
  }
  return engineLog("error", failure instanceof Error ? (failure.stack ?? failure.message) : String(failure));
}
