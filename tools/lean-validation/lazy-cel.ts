import { plan as planNow } from "@bufbuild/cel";
import { parsedRules } from "./parsed-rules.js";

export * from "@bufbuild/cel";

type Env = Parameters<typeof planNow>[0];
type PlannedRule = ReturnType<typeof planNow>;

/** An expression that was parsed when the bundle was made, and is looked up when its rule is first checked. */
export interface UnparsedExpression {
  readonly expression: string;
}

/** In place of cel's `parse`: keeps the text. */
export function parse(expression: string): UnparsedExpression {
  return { expression };
}

/**
 * In place of cel's `plan`: a function that plans at its first call. It throws then what `plan` throws, which
 * protovalidate gives on as an error of the rule, and for an expression that is none of the catalog's.
 */
export function plan(env: Env, { expression }: UnparsedExpression): PlannedRule {
  let planned: PlannedRule | undefined;
  return (bindings) => {
    planned ??= planNow(env, parsed(expression));
    return planned(bindings);
  };
}

function parsed(expression: string): Parameters<typeof planNow>[1] {
  const make = parsedRules.get(expression);
  if (make === undefined) throw new Error(`the rule was not parsed when planton was built: ${expression}`);
  return make();
}
