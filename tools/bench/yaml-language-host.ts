import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";

/** The version that bench/go.mod pins. */
const yamlHostVersion = "1.38.3";

const mainPackage = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
const versionVariable = "github.com/pulumi/pulumi-yaml/pkg/version.Version";

/**
 * Folder with the executable `pulumi-language-yaml`, built once from the tagged module that bench/go.mod pins and kept
 * below the cache folder. Throws when go is missing or the build fails.
 */
export function yamlLanguageHost(moduleDir: string, cacheDir: string): string {
  const folder = join(cacheDir, `language-yaml-${yamlHostVersion}`);
  const binary = join(folder, "pulumi-language-yaml");
  if (existsSync(binary)) return folder;
  process.stderr.write(`building pulumi-language-yaml ${yamlHostVersion} with go, some minutes, once\n`);
  mkdirSync(folder, { recursive: true });
  const draft = `${binary}.${process.pid}`;
  const { status, error } = spawnSync(
    "go",
    [
      ...["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-tags", "osusergo,grpcnotrace"],
      ...["-ldflags", `-s -w -X ${versionVariable}=v${yamlHostVersion}`, "-o", draft, mainPackage],
    ],
    { cwd: moduleDir, env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" }, stdio: "inherit" },
  );
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`go could not build pulumi-language-yaml (${status})`);
  renameSync(draft, binary);
  return folder;
}
