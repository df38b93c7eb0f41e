import { expect, test } from "vitest";
import { widgetCatalog } from "../../runner/testdata/widget-catalog.js";
import { usedRules } from "./used-rules.js";

test("collects the expressions of rules in every form, of messages and of fields", () => {
  const { expressions, messages, fields } = usedRules(widgetCatalog());
  expect(expressions).toContain("this.width <= 100000u");
  expect(expressions).toContain("this.size() <= 1000");
  expect(expressions).toContain("this.colour != 1 || this.width <= 10u");
  expect([...messages]).toContain("buf.validate.StringRules");
  expect([...fields]).toContain("buf.validate.StringRules.max_len");
});
