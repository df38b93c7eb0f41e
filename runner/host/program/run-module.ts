import type { DescMessage, Message } from "@bufbuild/protobuf";
import { type Output, output, secret } from "@pulumi/pulumi";
import { isSecretField } from "../../../contract/fields/secret-field.js";
import type { KindModule, ModuleContext } from "../../../contract/module.js";
import { readOutput } from "./read-output.js";

/** What {@link runModule} needs. */
interface RunModuleInput {
  readonly module: KindModule;
  readonly stackInput: Message;
  readonly stackOutputs: DescMessage;
  readonly context: ModuleContext;
}

/**
 * Runs a kind's module; gives the stack outputs by proto field name, those of `secret` fields wrapped as secrets. An
 * output that this resource does not have (a dashboard's address, say) is left out.
 */
export async function runModule(input: RunModuleInput): Promise<Record<string, unknown>> {
  const results = input.module.run(input.stackInput, input.context);
  const outputs: Record<string, unknown> = {};
  for (const field of input.stackOutputs.fields) {
    const value = output(results[field.localName]);
    if (await isAbsent(value)) continue;
    outputs[field.name] = isSecretField(field) ? secret(value) : value;
  }
  return outputs;
}

async function isAbsent(value: Output<unknown>): Promise<boolean> {
  const read = await readOutput(value);
  return read.isKnown && read.value === undefined;
}
