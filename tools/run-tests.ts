import { type Reporter, startVitest } from "vitest/node";

interface TestOrSuite {
  readonly type: string;
  readonly tasks?: readonly TestOrSuite[];
  readonly mode: string;
  readonly result?: { readonly state: string } | undefined;
}

function statesOf(task: TestOrSuite): readonly string[] {
  return task.tasks === undefined ? [task.result?.state ?? task.mode] : task.tasks.flatMap(statesOf);
}

/** A line after every 25 test files: passed tests are not named, and the run takes many minutes. */
function progress(): Reporter {
  const reportEvery = 25;
  let total = 0;
  let ended = 0;
  return {
    onTestRunStart(specifications) {
      total = specifications.length;
    },
    onTestModuleEnd() {
      ended += 1;
      if (ended % reportEvery === 0) process.stdout.write(`${ended} of ${total} test files\n`);
    },
  };
}

// Runs every test, in the sandbox with the real Pulumi CLI too; shows failures, and closes with the count that CI reads.
const vitest = await startVitest("test", [], { watch: false, reporters: ["minimal", progress()] });
const files = vitest.state.getFiles();
const states = (files as readonly TestOrSuite[]).flatMap(statesOf);
const failedFiles = files.filter((file) => file.result?.state === "fail").length;
const unhandled = vitest.state.getUnhandledErrors().length;
await vitest.close();
const passed = states.filter((state) => state === "pass").length;
const failed = Math.max(states.filter((state) => state === "fail").length, failedFiles, unhandled);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
