import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { readStackInput } from "../../runner/manifest/read-stack-input.js";
import { projectTrust } from "../../runner/project/project-trust.js";
import { loadGraph } from "../../runner/workspace/graph/unit-graph.js";
import { projectRoot } from "../support/kinds/kind-examples.js";

const files = readdirSync(join(projectRoot, "examples"))
  .map((name) => `examples/${name}/stack-input.yaml`)
  .filter((file) => existsSync(join(projectRoot, file)));

describe("the stack inputs in examples/", () => {
  it("are there", () => {
    expect(files).not.toEqual([]);
  });

  it.each(files)("%s is good as it is", async (file) => {
    const reading = await readStackInput({ catalog, file, cwd: projectRoot, readStdin: () => Promise.resolve("") });
    expect(reading.warnings).toEqual([]);
  });
});

it("the manifests in examples/workspace fit together, in every environment", () => {
  const { problems, graph } = loadGraph({
    catalog,
    cwd: projectRoot,
    trust: projectTrust({}),
    paths: ["examples/workspace"],
    stdin: undefined,
    env: undefined,
    needsEnvironment: false,
  });
  expect(problems).toEqual([]);
  expect(graph?.units).toHaveLength(12);
});
