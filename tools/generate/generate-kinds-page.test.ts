import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { catalog } from "../../apis/gen/catalog.js";
import { fieldsBelow } from "../../contract/fields/fields-below.js";
import { projectRoot } from "../project-root.js";
import { kindsPage, kindsPagePath } from "./generate-kinds-page.js";

const page = kindsPage(projectRoot);

test("the page has every kind, and every spec field and output with a meaning", () => {
  for (const { kind, spec, stackOutputs } of catalog.kinds) {
    expect(page).toContain(`\n## ${kind}\n`);
    for (const { name } of [...spec.fields, ...stackOutputs.fields])
      expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\| [^|]+ \\| [^|]*\\| [^|]{5,}`, "m"));
    const own = fieldsBelow(spec).filter(({ parent }) => parent.file.proto.package === spec.file.proto.package);
    for (const { name } of own) expect(page).toContain(`\n| \`${name}\` |`);
  }
});

test("the page in the project is the generated one", () => {
  expect(readFileSync(join(projectRoot, kindsPagePath), "utf8")).toBe(page);
});
