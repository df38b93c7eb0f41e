import { type Environment, plantonHome } from "../../runner/system/planton-home.js";

/** The environment with everything pointed at the sandbox, which is started when it does not run. Throws E_SANDBOX*. */
export async function withSandbox(env: Environment): Promise<Environment> {
  const [{ startSandbox }, { sandboxEnvironment, sandboxUnsetVariables }, { sandboxDaemonPath }] = await Promise.all([
    import("../../sandbox/kit/client/sandbox-client.js"),
    import("../../sandbox/kit/client/sandbox-environment.js"),
    import("./dist-files.js"),
  ]);
  const home = plantonHome(env);
  const { status } = await startSandbox({ home, env, daemonPath: sandboxDaemonPath });
  const kept = Object.entries(env).filter(([name]) => !sandboxUnsetVariables.includes(name));
  return { ...Object.fromEntries(kept), ...sandboxEnvironment({ home, env, port: status.record.port }) };
}
