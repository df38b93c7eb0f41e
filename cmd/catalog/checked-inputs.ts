import { join } from "node:path";
import { type CheckedInputs, openCheckedInputs } from "../../runner/manifest/checked-inputs.js";
import { type Environment, plantonHome } from "../../runner/system/planton-home.js";

/** Identity of the sources and libraries that a stack input is read and checked by; made at build time. */
declare const PLANTON_RULES_ID: string;

/** What this build has checked already; undefined with `PLANTON_CATALOG`, whose rules are none of the build's. */
export function checkedInputs(env: Environment): CheckedInputs | undefined {
  if (env["PLANTON_CATALOG"]) return undefined;
  return openCheckedInputs({
    folder: join(plantonHome(env), "cache", "checked"),
    // Some rules are run by node's own regular expressions.
    rulesId: `${PLANTON_RULES_ID}-${process.version}`,
    uid: process.geteuid?.(),
  });
}
