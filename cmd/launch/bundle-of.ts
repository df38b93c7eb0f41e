/**
 * Name of the bundle that runs a program: with PLANTON_CATALOG the one that takes kinds from outside, where the program has
 * such a bundle. `ids` are the ids of bundles by name.
 */
export function bundleOf(program: string, ids: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): string {
  const name = `${program}-with-catalog`;
  return env["PLANTON_CATALOG"] && name in ids ? name : program;
}
