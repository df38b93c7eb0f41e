import { parse as parseNow, plan as planNow } from "@bufbuild/cel";
import { parsedRules } from "./parsed-rules.js";

export * from "@bufbuild/cel";

type Env = Parameters<typeof planNow>[0];
type PlannedRule = ReturnType<typeof planNow>;

/** An expression that is parsed when its rule is first checked. */
export interface UnparsedExpression {
  readonly expression: string;
}

/** In place of cel's `parse`: keeps the text. A faulty expression is told of by the function that {@link plan} gives. */
export function parse(expression: string): UnparsedExpression {
  return { expression };
}

/**
 * In place of cel's `plan`: a function that parses and plans at its first call. Throws then what `parse` and `plan`
 * throw, which protovalidate gives on as an error of the rule.
 */
export function plan(env: Env, { expression }: UnparsedExpression): PlannedRule {
  let planned: PlannedRule | undefined;
  return (bindings) => {
    planned ??= planNow(env, parsedRules.get(expression)?.() ?? parseNow(expression));
    return planned(bindings);
  };
}
