/** Made by the bundler, see shared-modules-plugin.ts. */
declare module "shared-modules" {
  /** Libraries of the language host's bundle that the program's bundle uses as well, by the name it asks for. */
  export const sharedModules: Readonly<Record<string, unknown>>;
}
