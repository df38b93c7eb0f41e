import { parse as parseNow, plan as planNow } from "@bufbuild/cel";

export * from "@bufbuild/cel";

type Env = Parameters<typeof planNow>[0];
type Rule = ReturnType<typeof planNow>;

/** An expression that is parsed when it is planned. */
interface UnparsedExpression {
  readonly expression: string;
}

/** In place of cel's `parse`: keeps the text. A faulty expression is told of by {@link plan}'s function. */
export function parse(expression: string): UnparsedExpression {
  return { expression };
}

/**
 * In place of cel's `plan`: a function that parses and plans at its first call. Throws then what `parse` and `plan`
 * throw, which protovalidate gives on as an error of the rule.
 */
export function plan(env: Env, { expression }: UnparsedExpression): Rule {
  let planned: Rule | undefined;
  return (bindings) => {
    planned ??= planNow(env, parseNow(expression));
    return planned(bindings);
  };
}
