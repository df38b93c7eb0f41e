import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { Catalog } from "../../contract/catalog.js";
import { kindEntry, providerEntry } from "../../contract/catalog-entries.js";
import { catalogFacts } from "../../tools/generate/catalog-facts.js";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A catalog for tests, compiled from widget.proto: TestWidget with a field of every sort, and TestGadget. */
export function widgetCatalog(): Catalog {
  const modules = ["apis/proto", "apis/vendor", "runner/testdata/proto"].map((path) => ({ path }));
  const image = execFileSync(
    join(root, "node_modules/.bin/buf"),
    ["build", "--config", JSON.stringify({ version: "v2", modules }), "-o", "-#format=binpb"],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"], maxBuffer: 64 * 1024 * 1024 },
  );
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const file = registry.getFile("planton/test/v1/widget.proto");
  if (file === undefined) throw new Error("widget.proto is not in the image");
  const { kinds, providers } = catalogFacts(registry);
  return {
    kinds: kinds.filter((kind) => kind.file === file).map(({ facts }) => kindEntry(facts, () => file)),
    providers: providers.filter((one) => one.file === file).map(({ facts }) => providerEntry(facts, () => file)),
  };
}
