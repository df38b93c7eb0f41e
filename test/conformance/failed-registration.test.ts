import { output } from "@pulumi/pulumi";
import { registerStackTransformation } from "@pulumi/pulumi/runtime/stack.js";
import { afterAll, describe, expect, it } from "vitest";
import { recordRun } from "../support/in-process/record-run.js";
import { startRecordingMonitor } from "../support/in-process/recording-monitor.js";
import { readExamples, recordedResponses } from "../support/kinds/kind-examples.js";

const endLimitMs = 10_000;
const examples = await readExamples();
const monitor = await startRecordingMonitor(recordedResponses());
afterAll(() => monitor.stop());

/** Lets the inputs of the first resource that is no provider never come, as a resource that is not to be made. */
function failFirstInputs(): void {
  let isFirst = true;
  registerStackTransformation(({ type, props, opts }) => {
    if (!isFirst || type.startsWith("pulumi:")) return undefined;
    isFirst = false;
    const [first = ""] = Object.keys(props);
    return { props: { ...props, [first]: output(Promise.reject(new Error("not to be made"))) }, opts };
  });
}

describe.each(examples)("$file", ({ reading: { entry, message } }) => {
  it.each([
    ["is refused by the engine", () => monitor.refuse()],
    ["has inputs that fail", failFirstInputs],
  ])("ends when its first registration %s", { timeout: endLimitMs }, async (_, before) => {
    await expect(recordRun({ entry, stackInput: message, monitor, before })).rejects.toThrow();
  });
});
