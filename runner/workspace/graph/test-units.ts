import type { Catalog } from "../../../contract/catalog.js";
import { checkDocument } from "../../manifest/read-stack-input.js";
import { parseYamlDocuments } from "../../manifest/yaml/parse-yaml.js";
import { type Unit, unitId, unitTarget } from "../unit.js";

/** For tests: a unit for each manifest of a YAML string, as if it were a file of a workspace without planton.yaml. */
export function readUnits(catalog: Catalog, text: string, file = "all.yaml"): readonly Unit[] {
  return parseYamlDocuments({ file, text }).map((document, documentIndex) => {
    const reading = checkDocument({ catalog, file, text }, document);
    const target = unitTarget(reading);
    return { id: unitId(target), target, reading, projectDir: "/w", stackInput: file, documentIndex };
  });
}

/** For tests: a manifest on one line, for kinds of the test catalog; `spec` in YAML's flow style. */
export function manifest(kind: string, name: string, spec = "", metadata = ""): string {
  const more = metadata === "" ? "" : `, ${metadata}`;
  return `{kind: ${kind}, metadata: {name: ${name}${more}}, spec: {${spec}}}`;
}
