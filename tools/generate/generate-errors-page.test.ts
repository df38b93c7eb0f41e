import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorCodes } from "../../contract/error-codes.js";
import { projectRoot } from "../project-root.js";
import { errorsPage, errorsPagePath } from "./generate-errors-page.js";

test("the page holds every code once", () => {
  const page = errorsPage();
  for (const code of Object.keys(errorCodes)) expect(page.split(`\`${code}\``)).toHaveLength(2);
});

test("the page in the project is the generated one", () => {
  expect(readFileSync(join(projectRoot, errorsPagePath), "utf8")).toBe(errorsPage());
});
