import { startVitest } from "vitest/node";

interface TestOrSuite {
  readonly type: string;
  readonly tasks?: readonly TestOrSuite[];
  readonly mode: string;
  readonly result?: { readonly state: string } | undefined;
}

function statesOf(task: TestOrSuite): readonly string[] {
  return task.tasks === undefined ? [task.result?.state ?? task.mode] : task.tasks.flatMap(statesOf);
}

// Runs every test, in the sandbox with the real Pulumi CLI too, and closes with the count that CI reads.
const vitest = await startVitest("test", [], { watch: false });
const files = vitest.state.getFiles();
const states = (files as readonly TestOrSuite[]).flatMap(statesOf);
const failedFiles = files.filter((file) => file.result?.state === "fail").length;
const unhandled = vitest.state.getUnhandledErrors().length;
await vitest.close();
const passed = states.filter((state) => state === "pass").length;
const failed = Math.max(states.filter((state) => state === "fail").length, failedFiles, unhandled);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
