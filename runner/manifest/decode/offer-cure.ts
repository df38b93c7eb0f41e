import { hasOption } from "@bufbuild/protobuf";
import { not_applied } from "../../../apis/gen/es/planton/shared/v1/options_pb.js";
import { brokenRule, type FieldValue } from "../check/broken-rule.js";
import type { DecodeAt } from "./decode-context.js";

/** A value that may have been meant. */
interface Cure {
  readonly value: FieldValue;
  /** The hint that offers it. */
  readonly hint: string;
}

/**
 * The hint of the first cure that the field's rules take, so that no cure leads to the next refusal; without one what the
 * rules say against the first. Undefined without cures. `expected` is what the field takes: "a string".
 */
export function offerCure(at: DecodeAt, expected: string, cures: readonly Cure[]): string | undefined {
  const field = at.ruledBy ?? at.field;
  const [first] = cures;
  if (field === undefined || first === undefined) return first?.hint;
  if (hasOption(field, not_applied)) return "remove the field";
  const broken = brokenRule(field, first.value, at.around);
  if (broken === undefined) return first.hint;
  const taken = cures.slice(1).find(({ value }) => brokenRule(field, value, at.around) === undefined);
  return taken?.hint ?? `write ${expected}: ${broken}`;
}

/** A value as it is written in YAML, in quotes where it would be read as something else. */
export function yamlText(value: string | number | bigint | boolean): string {
  if (typeof value !== "string") return String(value);
  const isPlain = /^[A-Za-z_][\w./-]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** A string that is short enough to be shown whole, as `: text`; else and for secrets nothing, as a cut one is no cure. */
export function shown({ secret }: DecodeAt, text: string): string {
  return secret || text.length > 62 ? "" : `: ${text}`;
}
