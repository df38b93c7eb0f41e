import { type Reporter, startVitest } from "vitest/node";

interface TestOrSuite {
  readonly name: string;
  readonly tasks?: readonly TestOrSuite[];
  readonly mode: string;
  readonly result?: { readonly state: string } | undefined;
}

interface EndedTest {
  readonly name: string;
  /** "pass", "fail", "skip" or "todo"; "run" for one that never ended. */
  readonly state: string;
}

function testsIn(task: TestOrSuite): readonly EndedTest[] {
  if (task.tasks === undefined) return [{ name: task.name, state: task.result?.state ?? task.mode }];
  return task.tasks.flatMap(testsIn).map(({ name, state }) => ({ name: `${task.name} > ${name}`, state }));
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
const tests = (files as readonly TestOrSuite[]).flatMap(testsIn);
const failedFiles = files.filter((file) => file.result?.state === "fail").length;
const unhandled = vitest.state.getUnhandledErrors().length;
await vitest.close();
const passed = tests.filter(({ state }) => state === "pass").length;
const skipped = tests.filter(({ state }) => state === "skip" || state === "todo");
const failed = Math.max(tests.length - passed - skipped.length, failedFiles, unhandled);
process.stdout.write(`\n${skipped.map(({ name }) => `skipped: ${name}\n`).join("")}`);
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
