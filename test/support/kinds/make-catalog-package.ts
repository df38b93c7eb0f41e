import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../planton-bed.js";

/** What buf.gen.yaml of a package of kinds holds: planton's own protos are imported from planton. */
const template = {
  version: "v2",
  plugins: [
    {
      local: join(root, "node_modules/.bin/protoc-gen-es"),
      out: "gen",
      opt: [
        "target=js",
        "import_extension=js",
        "rewrite_imports=./buf/validate/validate_pb.js:@bufbuild/protovalidate/gen",
        "rewrite_imports=./planton/**/*_pb.js:planton/apis",
      ],
    },
  ],
};

/** Makes a package with the kind DigitalOceanNetwork in a folder that is not there yet, its code generated. */
export function makeCatalogPackage(folder: string): void {
  cpSync(join(root, "test/support/catalog-package"), folder, { recursive: true });
  const modules = ["apis/proto", "apis/vendor"].map((path) => ({ path }));
  const buf = (args: readonly string[], cwd: string): void => {
    execFileSync(join(root, "node_modules/.bin/buf"), args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  };
  const image = join(folder, "image.binpb");
  cpSync(join(root, "apis"), join(folder, "apis"), { recursive: true });
  const config = JSON.stringify({ version: "v2", modules: [...modules, { path: "proto" }] });
  writeFileSync(join(folder, "buf.yaml"), config);
  buf(["build", "-o", image], folder);
  buf(["generate", image, "--template", JSON.stringify(template), "--path", "acme"], folder);
}
