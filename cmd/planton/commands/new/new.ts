import type { Command } from "commander";
import { PlantonError } from "../../../../contract/planton-error.js";
import type { Cli } from "../../cli.js";
import { findCheckout, readProviders } from "./checkout.js";
import { kindFiles } from "./kind-files.js";
import { type KindNames, kindNames } from "./kind-names.js";
import { findResourceClass, readPlugin } from "./resource-class.js";
import { plainClass, readPlace, resourceFiles } from "./resource-files.js";
import { vendorFiles } from "./vendor-files.js";
import { vendorNames } from "./vendor-names.js";
import { type NewFile, writeNewFiles } from "./write-new-files.js";

/**
 * Adds `planton new kind` and `planton new vendor`, which write the sources that every kind or vendor has into the checkout
 * that the user is in. Both throw E_USAGE outside of one and for names that do not fit, and E_FILESYSTEM rather than
 * overwrite a file.
 */
export function addNewCommand(program: Command, cli: Cli): void {
  const group = program.command("new").description("write the files of a new kind or vendor, in a checkout of planton");
  group
    .command("kind")
    .description("proto, module and example of a kind; resource and stand-in too where planton's plugin lacks them")
    .argument("<Kind>", "its provider's name and what it is: DigitalOceanUptimeCheck")
    .action((kind: string) => newKind(kind, cli));
  group
    .command("vendor")
    .description("client, plugin, stand-in, provider config and adapter of a vendor, and a first kind")
    .argument("<name>", "lower-case letters and digits: acme")
    .option("--display-name <name>", "name for people, which its kinds begin with; default: the name with a capital")
    .option("--resource <Name>", "its first resource", "Project")
    .action((name: string, options: VendorOptions) => newVendor(name, options, cli));
}

/** Names that folders beside those of the vendors have. */
const foldersOfNobody = ["kit", "gen", "shared"];

interface VendorOptions {
  readonly displayName?: string;
  readonly resource: string;
}

async function newKind(kind: string, cli: Cli): Promise<void> {
  const checkout = findCheckout(cli.cwd);
  const names = kindNames(kind, readProviders(checkout));
  const plugin = readPlugin(checkout, names.provider.name);
  const resource = findResourceClass(checkout, plugin, names);
  if (resource !== undefined) return write(kindFiles(names, resource), names, cli);
  const place = readPlace(checkout, names.provider.name, plugin.plugin);
  await write([...resourceFiles(names, place), ...kindFiles(names, plainClass(names, place))], names, cli);
}

async function newVendor(name: string, options: VendorOptions, cli: Cli): Promise<void> {
  const checkout = findCheckout(cli.cwd);
  const { displayName = name.charAt(0).toUpperCase() + name.slice(1), resource } = options;
  if (!/^[a-z][a-z0-9]*$/.test(name) || foldersOfNobody.includes(name)) {
    const message = `the vendor's name "${name}" must be lower-case letters and digits, a letter first, and not ${foldersOfNobody.join(", ")}`;
    throw new PlantonError({ code: "E_USAGE", message, hint: "for example: planton new vendor acme" });
  }
  if (!/^[A-Z][A-Za-z0-9 .-]*$/.test(displayName)) {
    const message = `the display name "${displayName}" must begin with a capital and hold letters, digits, spaces, dots and dashes`;
    throw new PlantonError({ code: "E_USAGE", message, hint: 'for example --display-name "Acme Cloud"' });
  }
  const providers = readProviders(checkout);
  const other = providers.find(({ prefix }) => displayName.replaceAll(/[^A-Za-z0-9]/g, "") === prefix);
  if (other !== undefined && other.name !== name) {
    const message = `the vendor "${other.name}" has the display name "${other.displayName}" already`;
    throw new PlantonError({ code: "E_USAGE", message, hint: "give another --display-name" });
  }
  const others = providers.filter((one) => one.name !== name);
  const names = vendorNames(checkout, others, { name, displayName, resource });
  await write(vendorFiles(names), names.kind, cli, "docs/adding-a-vendor.md");
}

async function write(files: readonly NewFile[], names: KindNames, cli: Cli, page = "docs/adding-a-kind.md") {
  await writeNewFiles(findCheckout(cli.cwd), files, cli);
  for (const { path } of files) cli.out(path);
  const folders = ["test/conformance", ...new Set(files.flatMap(({ path }) => /^providers\/\w+/.exec(path) ?? []))];
  for (const line of [
    "",
    `${files.length} files written. Next:`,
    "  make gen",
    "  make lint",
    `  npx vitest run ${folders.join(" ")}`,
    `Then make ${names.kind} what it is to be: ${page}`,
  ]) {
    cli.out(line);
  }
}
