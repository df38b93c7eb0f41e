import { type Environment, plantonHome } from "../../runner/system/planton-home.js";

/**
 * The environment with everything pointed at the sandbox, which is started when it does not run; `say` hears when it is on
 * another port than usual. Throws E_SANDBOX*.
 */
export async function withSandbox(env: Environment, say: (line: string) => void): Promise<Environment> {
  const [{ startSandbox }, { sandboxEnvironment, sandboxUnsetVariables }, { movedText }, { sandboxDaemonPath }] =
    await Promise.all([
      import("../../sandbox/kit/client/sandbox-client.js"),
      import("../../sandbox/kit/client/sandbox-environment.js"),
      import("./commands/sandbox/sandbox-text.js"),
      import("./dist-files.js"),
    ]);
  const home = plantonHome(env);
  const result = await startSandbox({ home, env, daemonPath: sandboxDaemonPath });
  const { status } = result;
  const moved = movedText(result);
  if (moved !== undefined) say(moved);
  const kept = Object.entries(env).filter(([name]) => !sandboxUnsetVariables.includes(name));
  return { ...Object.fromEntries(kept), ...sandboxEnvironment({ home, env, port: status.record.port }) };
}
