import { type Output, output, StackReference, secret } from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";
import type { StringValueOrRef } from "../../../apis/gen/es/planton/shared/v1/value_or_ref_pb.js";
import { PlantonError } from "../../../contract/planton-error.js";
import { secretIntoPlain } from "../../manifest/check/collect-references.js";
import type { FieldReference, StackInputReading } from "../../manifest/read-stack-input.js";
import { referenceError, referenceStack } from "../../project/find-stack.js";
import { projectTrust } from "../../project/project-trust.js";
import type { HandedReference } from "../../project/run-handoff.js";
import { makeTarget, targetText } from "../../project/target-name.js";
import { type Environment, isSandbox } from "../../system/planton-home.js";
import type { RunRequest } from "../run-request.js";

/** Another output of the stack that a reference field names; undefined for a literal. */
export type SiblingReader = (field: StringValueOrRef, name: string) => Output<unknown> | undefined;

/** All reference fields of a stack input, resolved. */
interface ResolvedReferences {
  readonly values: ReadonlyMap<StringValueOrRef, Output<string>>;
  readonly siblings: SiblingReader;
}

/** What {@link resolveReferences} needs. */
interface ResolveReferencesInput {
  readonly request: RunRequest;
  readonly reading: StackInputReading;
  readonly env: Environment;
  /** Stacks that planton knows, with what is unknown of them in a preview. */
  readonly known: readonly HandedReference[];
}

/**
 * Resolves every reference field before the first resource of the module is registered: literals as they are, references
 * by Pulumi's StackReference; numbers, true and false become texts. A `secret` field's value is a Pulumi secret either way.
 * Never gives an empty text.
 * Throws E_REFERENCE_*.
 */
export async function resolveReferences(input: ResolveReferencesInput): Promise<ResolvedReferences> {
  const { request } = input;
  const values = new Map<StringValueOrRef, Output<string>>();
  const stacks = new Map<string, StackReference>();
  const stackOf = new Map<StringValueOrRef, StackReference>();
  const unknownOf = new Map<StringValueOrRef, HandedReference>();
  for (const reference of input.reading.references) {
    const { source } = reference.field;
    if (source.case === "value") {
      values.set(reference.field, reference.secret ? secret(source.value) : output(source.value));
    }
    if (source.case !== "valueFrom") continue;
    const known = knownStack(input, reference);
    if (request.dryRun && known !== undefined && isUnknown(known, reference.output)) {
      values.set(reference.field, unknownOutput(reference.secret));
      unknownOf.set(reference.field, known);
      if (known.unknown === "all") continue;
    }
    const name =
      known ??
      referenceStack({
        reference,
        projectDir: request.rootDirectory,
        project: request.project,
        sandbox: isSandbox(input.env),
        trust: projectTrust(input.env),
      });
    const fullName = `${request.organization}/${name.project}/${name.stack}`;
    const stack = stacks.get(fullName) ?? new StackReference(fullName);
    stacks.set(fullName, stack);
    stackOf.set(reference.field, stack);
    if (unknownOf.has(reference.field)) continue;
    values.set(reference.field, await readOutput(stack, fullName, reference));
  }
  return {
    values,
    siblings: (field, name) => {
      const known = unknownOf.get(field);
      if (known !== undefined && isUnknown(known, name)) return unknownOutput(false);
      return stackOf.get(field)?.getOutput(name);
    },
  };
}

function knownStack({ known }: ResolveReferencesInput, reference: FieldReference): HandedReference | undefined {
  // Who names a stack means that one.
  if (reference.stack !== undefined) return undefined;
  const target = targetText(makeTarget(reference));
  return known.find((candidate) => candidate.target === target);
}

function isUnknown({ unknown }: HandedReference, output: string): boolean {
  return unknown === "all" || unknown.includes(output);
}

/** The SDK's own value for what a preview cannot know; what is made of it is unknown as well. */
function unknownOutput(isSecret: boolean): Output<string> {
  const value: Output<string> = output(unknown as unknown as string);
  return isSecret ? secret(value) : value;
}

async function readOutput(stack: StackReference, fullName: string, reference: FieldReference): Promise<Output<string>> {
  const details = await stack.getOutputDetails(reference.output);
  // What the kind says to be no secret is none, although a program may have marked it; it stays marked.
  if (details.secretValue !== undefined && !reference.secret && !reference.isOutputKnown) {
    const error = new PlantonError({ code: "E_REFERENCE_SECRET", ...secretIntoPlain(reference.output) });
    throw referenceError(reference, error);
  }
  const value: unknown = details.secretValue ?? details.value;
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text === "string" && text !== "") {
    return reference.secret || details.secretValue !== undefined ? secret(text) : output(text);
  }
  const isThere = text !== undefined && text !== null && text !== "";
  throw referenceError(
    reference,
    new PlantonError({
      code: "E_REFERENCE_OUTPUT",
      ...(isThere
        ? {
            message: `output "${reference.output}" of stack "${fullName}" is a list or an object, and a string is needed here`,
            hint: "let field_path name an output that is a string, a number or a boolean",
          }
        : {
            message: `stack "${fullName}" has no output "${reference.output}"`,
            hint: `apply the stack input of ${reference.kind} "${reference.name}" first, or correct field_path`,
          }),
    }),
  );
}
