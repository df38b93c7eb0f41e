import { parseBody } from "../base/read-body.js";
import { Refusal } from "../base/refusal.js";
import type { AdjustableVendor, OpenVendor, SandboxVendor, VendorContext, Workshop } from "./sandbox-vendor.js";
import { type SettingTable, type SettingValues, settingValues } from "./setting-table.js";
import { openStore } from "./vendor-store.js";

/** Makes a vendor with settings for the kit from its description. */
export function defineAdjustableVendor<State, Caller, Table extends SettingTable, Memory>(
  definition: AdjustableVendor<State, Caller, Table, Memory>,
): SandboxVendor {
  return {
    name: definition.name,
    pathPrefixes: definition.pathPrefixes,
    routes: definition.routes,
    settings: definition.settings,
    actions: definition.actions ?? [],
    errorBodyAt: (path) => definition.errorBodyAt?.(path) ?? definition.errorBody,
    headers: definition.headers,
    bodyLimitBytes: definition.bodyLimitBytes,
    environment: definition.environment,
    loggedBody: definition.loggedBody ?? ((body) => body),
    open: (context) => openVendor(definition, context),
  };
}

/** Opens a vendor's file and gives the vendor at work. Throws E_SANDBOX when the file cannot be read. */
function openVendor<State, Caller, Table extends SettingTable, Memory>(
  definition: AdjustableVendor<State, Caller, Table, Memory>,
  context: VendorContext,
): OpenVendor {
  const { nowMs, uuid, randomText } = context;
  const memory = definition.openMemory();
  const store = openStore({
    path: context.path,
    initial: () => definition.initialState(nowMs()),
    accepts: definition.acceptsState,
  });
  const settings = (): SettingValues<Table> => settingValues(definition.settings, context.settings());
  const workshop = (neverReady: boolean): Workshop<State, SettingValues<Table>> => {
    const startedMs = nowMs();
    return {
      state: store.state(),
      settings: settings(),
      nowMs: startedMs,
      uuid,
      randomText,
      doneAtMs: (action) => (neverReady ? null : startedMs + context.durationMs(action, definition.realRanges)),
    };
  };
  const inOneStep = <Result>(saves: boolean, work: () => Result): Result => {
    try {
      const result = work();
      if (saves) store.save();
      return result;
    } catch (error) {
      store.rollback();
      throw error;
    }
  };
  return {
    admit(request) {
      const caller = definition.authenticate(request, { settings: settings(), memory, nowMs: nowMs(), randomText });
      return {
        headers: definition.callerHeaders?.(caller) ?? {},
        caller: definition.callerName?.(caller) ?? "",
        handle: ({ route, params, neverReady }) => {
          const entry = definition.routes[route];
          if (entry === undefined) throw new RangeError(`no route ${route}`);
          const body = entry.readsBytes === true ? {} : parseBody(request.bytes);
          return inOneStep(request.method !== "GET", () =>
            entry.handle({ ...request, ...workshop(neverReady), caller, params, body }),
          );
        },
      };
    },
    act(name, fields) {
      const action = definition.actions?.find((entry) => entry.name === name);
      if (action === undefined) throw new Refusal(404, `there is no action "${name}"`);
      return inOneStep(true, () => action.handle(workshop(false), fields));
    },
    countObjects: () => definition.countObjects(store.state(), nowMs()),
    reset: store.reset,
  };
}
